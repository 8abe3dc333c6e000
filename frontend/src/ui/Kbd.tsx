import { Fragment } from 'react'
import { keyLabels } from '~/lib/shortcuts'
import classes from './Kbd.module.css'

/** A shortcut as keys: "Mod+KeyK" prints as ⌘ K or Ctrl K. */
export function Kbd({ keys }: { keys: string }) {
  const steps = keyLabels(keys)
  return (
    <span className={classes.keys}>
      {steps.map((step, index) => (
        <Fragment key={step.join()}>
          {index > 0 && <span className={classes.then}>then</span>}
          {step.map((key) => (
            <kbd key={key} className={classes.key}>
              {key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  )
}
