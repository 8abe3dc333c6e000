import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import classes from './Clinic.module.css'
import { type Difference, FIELD_NAMES } from './merge'

interface Props {
  differences: Difference[]
  onSaveMine: () => void
  onTakeTheirs: () => void
}

/** Two admins changed the settings: what differs, and one's own choice. Nothing is dropped unseen. */
export function Conflict({ differences, onSaveMine, onTakeTheirs }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    void box.current?.scrollIntoView?.({ block: 'nearest' })
  }, [])
  return (
    <div ref={box} className={classes.conflict} role="alert">
      <p className={classes.conflictTitle}>
        Another admin saved these settings in the meantime. Your changes are kept here; choose what to save.
      </p>
      <table className={classes.conflictTable}>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Saved meanwhile</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ field, theirs, mine }) => (
            <tr key={field}>
              <th scope="row">{FIELD_NAMES[field]}</th>
              <td>{theirs}</td>
              <td>{mine ?? 'Not changed by you'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes.actions}>
        <Button onClick={onSaveMine}>Save mine</Button>
        <Button variant="default" onClick={onTakeTheirs}>
          Use the other
        </Button>
      </div>
    </div>
  )
}
