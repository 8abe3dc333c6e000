import type { ReactNode } from 'react'
import classes from './EmptyState.module.css'

/** Nothing here yet, and the one thing to do about it. */
export function EmptyState(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.state}>
      <h2 className={classes.title}>{props.title}</h2>
      {props.children && <p className={classes.text}>{props.children}</p>}
      {props.action && <div className={classes.action}>{props.action}</div>}
    </div>
  )
}
