import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react'
import { spokenClock } from '~/lib/time'
import { MarkTicks } from './Marks'
import classes from './PlayerBar.module.css'
import { usePlayer, usePlayerState } from './use-player'
import { Waveform } from './Waveform'

const STEPS: Record<string, number> = {
  ArrowRight: 5000,
  ArrowUp: 5000,
  ArrowLeft: -5000,
  ArrowDown: -5000,
  PageUp: 60_000,
  PageDown: -60_000,
}

/** The recording from left to right: a slider for keys and pointer, with the waveform on it once that is there. */
export function SeekBar({ recordingId, ready }: { recordingId: string; ready: boolean }) {
  const player = usePlayer()
  const { durationMs } = usePlayerState(player)
  const slider = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let second = -1
    const show = (ms: number): void => {
      const element = slider.current
      if (element === null) return
      element.style.setProperty('--played', durationMs > 0 ? String(Math.min(1, ms / durationMs)) : '0')
      if (Math.floor(ms / 1000) === second) return
      second = Math.floor(ms / 1000)
      element.setAttribute('aria-valuenow', String(second))
      element.setAttribute('aria-valuetext', `${spokenClock(ms)} of ${spokenClock(durationMs)}`)
    }
    show(player.timeMs)
    return player.onTime(show)
  }, [player, durationMs])

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key]
    if (step !== undefined) player.skip(step)
    else if (event.key === 'Home') player.seek(0)
    else if (event.key === 'End') player.seek(durationMs)
    else return
    event.preventDefault()
  }
  const seekTo = (event: PointerEvent): void => {
    const box = slider.current?.getBoundingClientRect()
    if (box !== undefined && box.width > 0) player.seek(((event.clientX - box.left) / box.width) * durationMs)
  }

  return (
    <div
      ref={slider}
      role="slider"
      className={classes.slider}
      tabIndex={ready ? 0 : -1}
      aria-label="Position in the recording"
      aria-disabled={!ready}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={0}
      onKeyDown={ready ? onKeyDown : undefined}
      onPointerDown={(event) => {
        if (!ready) return
        event.currentTarget.setPointerCapture(event.pointerId)
        seekTo(event)
      }}
      onPointerMove={(event) => {
        if (ready && event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event)
      }}
    >
      <div className={classes.track} />
      {ready ? (
        <>
          <Waveform recordingId={recordingId} />
          <MarkTicks recordingId={recordingId} durationMs={durationMs} />
        </>
      ) : null}
    </div>
  )
}
