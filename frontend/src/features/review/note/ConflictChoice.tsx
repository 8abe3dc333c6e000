import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { DiffText } from './DiffText'
import classes from './Note.module.css'
import { normalised } from './section-text'

/** Two people typed in one section: both versions, and the doctor's choice. Nothing is dropped unseen. */
export function ConflictChoice(props: {
  title: string
  mine: string
  theirs: string
  onKeepMine: () => void
  onTakeTheirs: () => void
  onKeepBoth: (text: string) => void
}) {
  const { title, mine, theirs, onKeepMine, onTakeTheirs, onKeepBoth } = props
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In braces: scrolling may answer with a promise, which is no clean-up.
    void box.current?.scrollIntoView?.({ block: 'nearest' })
  }, [])
  return (
    <div ref={box} className={classes.conflict} role="alert">
      <p className={classes.conflictTitle}>
        {title} was changed in the meantime. Your words are kept here; choose what to save.
      </p>
      <div className={classes.versions}>
        <section aria-label="The other version">
          <h4>Saved meanwhile</h4>
          {theirs === '' ? <p className={classes.empty}>Empty</p> : <Lines text={theirs} />}
        </section>
        <section aria-label="Your version">
          <h4>Yours, with what differs</h4>
          <DiffText older={theirs} newer={normalised(mine)} />
        </section>
      </div>
      <div className={classes.conflictActions}>
        <Button size="xs" onClick={onKeepMine}>
          Save mine
        </Button>
        <Button size="xs" variant="default" onClick={onTakeTheirs}>
          Use the other
        </Button>
        <Button size="xs" variant="default" onClick={() => onKeepBoth(bothOf(theirs, mine))}>
          Keep both
        </Button>
      </div>
    </div>
  )
}

function Lines({ text }: { text: string }) {
  return text.split('\n').map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity but their place
    <p key={index}>{line}</p>
  ))
}

/** The other version, and after it the lines that only one's own has. */
function bothOf(theirs: string, mine: string): string {
  const known = new Set(normalised(theirs).split('\n'))
  const own = normalised(mine)
    .split('\n')
    .filter((line) => line !== '' && !known.has(line))
  return [normalised(theirs), ...own].filter((part) => part !== '').join('\n')
}
