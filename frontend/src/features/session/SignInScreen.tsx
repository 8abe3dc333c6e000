import type { ReactNode } from 'react'
import classes from './SignInScreen.module.css'

/** The frame of what one sees before being signed in: the name, one h1, one form. */
export function SignInScreen(props: { title: string; text?: string; children: ReactNode }) {
  return (
    <main className={classes.screen}>
      <div className={classes.panel}>
        <p className={classes.brand}>Scribe</p>
        <h1 className={classes.title} tabIndex={-1}>
          {props.title}
        </h1>
        {props.text && <p className={classes.text}>{props.text}</p>}
        <div className={classes.form}>{props.children}</div>
      </div>
    </main>
  )
}
