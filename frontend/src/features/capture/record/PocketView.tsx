import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import classes from './PocketView.module.css'

/** A dark screen with only the time, for a phone that lies on the table or goes into a pocket. */
export function PocketView(props: { time: string; isPaused: boolean; onLeave: () => void }) {
  const leave = useRef<HTMLButtonElement>(null)

  useEffect(() => leave.current?.focus(), [])

  return (
    <UnstyledButton ref={leave} className={classes.screen} onClick={props.onLeave}>
      <span className={classes.state}>{props.isPaused ? 'Paused' : 'Recording'}</span>
      <span className={classes.time}>{props.time}</span>
      <span className={classes.hint}>Tap to light the screen</span>
    </UnstyledButton>
  )
}
