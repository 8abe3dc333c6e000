import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './Transcript.module.css'
import type { Find } from './use-find'
import type { Replace } from './use-replace'

/** Puts other words in place of those that were found: here, or throughout. */
export function ReplaceRow(props: {
  find: Find
  replace: Replace
  /** A half-corrected turn would be overtaken. */
  isCorrecting: boolean
  onClose: () => void
}) {
  const { find, replace, isCorrecting, onClose } = props
  const [replacement, setReplacement] = useState('')
  const isIdle = find.count === 0 || isCorrecting
  const words = isCorrecting ? 'First save or discard the turn that you are correcting.' : replace.words
  return (
    <div className={classes.replace}>
      <TextInput
        size="xs"
        aria-label="Replace with"
        placeholder="Replace with"
        value={replacement}
        error={replace.problem}
        onChange={(event) => setReplacement(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isIdle && !replace.isBusy) replace.one(replacement)
          else if (event.key === 'Escape') onClose()
        }}
      />
      <Button
        size="xs"
        variant="default"
        disabled={isIdle}
        loading={replace.isBusy}
        onClick={() => replace.one(replacement)}
      >
        {find.count > 0 && find.current < 0 ? 'Go to the first' : 'Replace'}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={isIdle || replace.isBusy}
        onClick={() => replace.all(replacement)}
      >
        Replace all
      </Button>
      <span className={classes.replaced} role="status">
        {words}
      </span>
    </div>
  )
}
