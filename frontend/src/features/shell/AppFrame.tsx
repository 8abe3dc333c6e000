import type { ReactNode } from 'react'
import classes from './AppFrame.module.css'
import { BottomBar, NavRail } from './Navigation'

/** The frame of every signed-in screen: rail or bottom bar, the page, and the recorder above both. */
export function AppFrame(props: { children: ReactNode; recorderBar: ReactNode }) {
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <div className={classes.frame}>
        <NavRail />
        <main className={classes.main} id="main" tabIndex={-1}>
          {props.children}
        </main>
        <BottomBar />
      </div>
      <div className={classes.recorder}>{props.recorderBar}</div>
    </>
  )
}
