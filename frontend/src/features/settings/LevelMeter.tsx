import { useEffect, useRef, useState } from 'react'
import classes from './MicrophoneTest.module.css'

const HEARD = 0.25

/** A live level. The bar moves outside of React; only "heard" or "not heard" is state, for those who cannot see it. */
export function LevelMeter({ level }: { level: () => number }) {
  const fill = useRef<HTMLDivElement>(null)
  const [isHeard, setHeard] = useState(false)

  useEffect(() => {
    let frame = requestAnimationFrame(function draw() {
      const now = level()
      fill.current?.style.setProperty('--level', now.toFixed(3))
      if (now > HEARD) setHeard(true)
      frame = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [level])

  return (
    <div>
      <div className={classes.meter} aria-hidden>
        <div className={classes.fill} ref={fill} />
      </div>
      <p className={classes.hint} role="status">
        {isHeard ? 'Scribe hears you.' : 'Say something: the bar should move.'}
      </p>
    </div>
  )
}
