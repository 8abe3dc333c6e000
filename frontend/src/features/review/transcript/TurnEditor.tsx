import { Button, Textarea } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { matchesStep } from '~/lib/shortcuts'
import classes from './Transcript.module.css'

/** A turn that is being corrected. `problem` says why the last save did not arrive; the words stay. */
export interface TurnEdit {
  number: number
  text: string
  original: string
  saving: boolean
  problem: string | null
}

/** Corrects the words of a turn in place. */
export function TurnEditor(props: {
  edit: TurnEdit
  speaker: string
  onChange: (text: string) => void
  onSave: () => void
  onCancel: () => void
}) {
  const { edit, speaker, onChange, onSave, onCancel } = props
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => box.current?.focus(), [])
  const changed = edit.text !== edit.original

  const onKeyDown = (event: KeyboardEvent): void => {
    if (matchesStep('Mod+Enter', event)) onSave()
    // Escape gives up nothing that was typed: changed words are kept or dropped by a button.
    else if (event.key === 'Escape' && !changed) onCancel()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={classes.editor}>
      <Textarea
        ref={box}
        autosize
        minRows={1}
        aria-label={`What ${speaker} said`}
        value={edit.text}
        error={edit.problem}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className={classes.editorActions}>
        <Button
          size="xs"
          onClick={onSave}
          loading={edit.saving}
          disabled={!changed || edit.text.trim() === ''}
        >
          Save turn
        </Button>
        <Button size="xs" variant="default" onClick={onCancel} disabled={edit.saving}>
          {changed ? 'Discard change' : 'Cancel'}
        </Button>
      </div>
    </div>
  )
}
