import { type ReactNode, useId } from 'react'
import classes from './SettingsSection.module.css'

/** A named part of a settings screen. */
export function SettingsSection(props: { title: string; text?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div>
        <h2 className={classes.title} id={id}>
          {props.title}
        </h2>
        {props.text && <p className={classes.text}>{props.text}</p>}
      </div>
      <div className={classes.body}>{props.children}</div>
    </section>
  )
}
