import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { styleNonce } from '~/theme/nonce'
import { usePeaks } from '../queries'
import classes from './PlayerBar.module.css'
import { usePlayer } from './use-player'

/** The waveform, drawn from the server's peaks. A picture only: the seek bar works the same without it. */
export function Waveform({ recordingId }: { recordingId: string }) {
  const player = usePlayer()
  const box = useRef<HTMLDivElement>(null)
  const { data: peaks } = usePeaks(recordingId)
  const scheme = useComputedColorScheme('light')

  useEffect(() => {
    if (peaks !== undefined) player.hintDuration(peaks.duration_ms)
  }, [player, peaks])

  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours are read when it is drawn
  useEffect(() => {
    const container = box.current
    if (container === null || peaks === undefined || peaks.peaks.length === 0) return
    let stop = (): void => {}
    let gone = false
    import('wavesurfer.js').then(
      ({ default: WaveSurfer }) => {
        if (gone) return
        const style = getComputedStyle(container)
        const wave = WaveSurfer.create({
          container,
          peaks: [peaks.peaks],
          duration: peaks.duration_ms / 1000,
          height: 32,
          barWidth: 2,
          barGap: 2,
          barRadius: 2,
          cursorWidth: 0,
          interact: false,
          hideScrollbar: true,
          normalize: true,
          waveColor: style.getPropertyValue('--wave').trim(),
          progressColor: style.getPropertyValue('--wave-played').trim(),
          cspNonce: styleNonce(),
        })
        const follow = (ms: number): void => wave.setTime(ms / 1000)
        follow(player.timeMs)
        const unfollow = player.onTime(follow)
        container.dataset.drawn = 'true'
        stop = () => {
          unfollow()
          wave.destroy()
        }
      },
      // The plain track stays: a picture that cannot be had is no reason to stop listening.
      () => {},
    )
    return () => {
      gone = true
      stop()
    }
  }, [player, peaks, scheme])

  return <div ref={box} className={classes.wave} aria-hidden="true" />
}
