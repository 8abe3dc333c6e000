import type { ReactNode } from 'react'
import classes from './AppFrame.module.css'
import { BottomBar, NavRail } from './Navigation'
import { OfflineBar } from './OfflineBar'

interface Props {
  children: ReactNode
  recorderBar: ReactNode
  /** What covers the screen while it is locked. The page below stays mounted, out of reach. */
  overlay: ReactNode
}

/** The frame of every signed-in screen: rail or bottom bar, the page, and the recorder above both. */
export function AppFrame({ children, recorderBar, overlay }: Props) {
  const isCovered = overlay !== null
  return (
    <>
      <div className={classes.frame} inert={isCovered} data-covered={isCovered || undefined}>
        <a className={classes.skip} href="#main">
          Skip to content
        </a>
        <NavRail />
        <main className={classes.main} id="main" tabIndex={-1}>
          <OfflineBar />
          {children}
        </main>
        <BottomBar />
      </div>
      {overlay}
      <div className={classes.recorder}>{recorderBar}</div>
    </>
  )
}
