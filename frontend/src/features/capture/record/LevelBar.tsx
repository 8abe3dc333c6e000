import { useEffect, useRef } from 'react'
import { meterFraction } from '~/lib/level-meter'
import { useCapture } from '../CaptureProvider'
import classes from './LevelBar.module.css'

/** How loud the microphone hears the room. Drawn past React: sixty renders a second would be felt. */
export function LevelBar({ label = 'Microphone level' }: { label?: string }) {
  const { microphone } = useCapture()
  const fill = useRef<HTMLDivElement>(null)
  const meter = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let shown = 0
    let frame = requestAnimationFrame(draw)
    function draw() {
      const level = meterFraction(microphone.level()?.rms ?? 0)
      shown = Math.max(level, shown * 0.92)
      if (fill.current) fill.current.style.transform = `scaleX(${shown.toFixed(3)})`
      meter.current?.setAttribute('aria-valuenow', String(Math.round(shown * 10) * 10))
      frame = requestAnimationFrame(draw)
    }
    return () => cancelAnimationFrame(frame)
  }, [microphone])

  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> their own way, in steps
    <div
      ref={meter}
      className={classes.track}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      <div ref={fill} className={classes.fill} />
    </div>
  )
}
