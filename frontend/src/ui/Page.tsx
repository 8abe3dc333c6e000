import type { ReactNode } from 'react'
import classes from './Page.module.css'

/** The padded column of a screen; `narrow` for forms and settings. */
export function Page({ children, narrow = false }: { children: ReactNode; narrow?: boolean }) {
  return <div className={narrow ? `${classes.page} ${classes.narrow}` : classes.page}>{children}</div>
}
