import { Button } from '@mantine/core'
import { useRef } from 'react'
import type { Withheld } from '../model/types'
import { reasonOf } from './left-out'
import classes from './Note.module.css'

/** Under a section, folded: what the checks kept out of it and why. The doctor may add it as words of their own. */
export function LeftOut(props: {
  sentences: readonly Withheld[]
  /** Null where nobody may type. */
  onAdd: ((text: string) => void) | null
  /** After the last one was added there is nothing here to hold the focus. */
  onEmptied: () => void
}) {
  const { sentences, onAdd, onEmptied } = props
  const summary = useRef<HTMLElement>(null)
  if (sentences.length === 0) return null

  const add = (text: string): void => {
    onAdd?.(text)
    if (sentences.length > 1) summary.current?.focus()
    else onEmptied()
  }
  return (
    <details className={classes.leftOut}>
      <summary ref={summary}>Left out: no source found ({sentences.length})</summary>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence.text}>
            <div>
              <p>{sentence.text}</p>
              <p className={classes.reason}>{reasonOf(sentence)}</p>
            </div>
            {onAdd === null ? null : (
              <Button
                className={classes.quiet}
                size="compact-sm"
                variant="default"
                aria-label={`Add anyway: ${sentence.text}`}
                onClick={() => add(sentence.text)}
              >
                Add anyway
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
