import type { ReactNode } from 'react'
import classes from './PageHeader.module.css'

/** The one h1 of a screen; focus lands on it after navigation. */
export function PageHeader(props: { title: string; meta?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={classes.header}>
      <div>
        <h1 className={classes.title} tabIndex={-1}>
          {props.title}
        </h1>
        {props.meta && <p className={classes.meta}>{props.meta}</p>}
      </div>
      {props.actions && <div className={classes.actions}>{props.actions}</div>}
    </header>
  )
}
