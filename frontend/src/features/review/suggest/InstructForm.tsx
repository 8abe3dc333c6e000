import { Button, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useSession } from '~/api/session'
import { rememberInstruction, USUAL, useRecentInstructions } from './recent-instructions'
import classes from './Suggest.module.css'

/** A wish for a section, typed or taken from what was wished before. */
export function InstructForm(props: {
  title: string
  isPending: boolean
  onAsk: (instruction: string) => void
  onCancel: () => void
}) {
  const { title, isPending, onAsk, onCancel } = props
  const { user } = useSession()
  const recent = useRecentInstructions(user.id)
  const [text, setText] = useState('')
  const [box, setBox] = useState<HTMLInputElement | null>(null)
  useEffect(() => box?.focus(), [box])

  const ask = (instruction: string): void => {
    rememberInstruction(user.id, instruction)
    onAsk(instruction)
  }
  return (
    <form
      className={classes.box}
      aria-label={`Instruct ${title}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') ask(text.trim())
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onCancel()
      }}
    >
      <TextInput
        ref={setBox}
        label={`How should ${title} be written?`}
        description="Only what was said in the recording can be written. You see the changes before you take any."
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ul className={classes.wishes} aria-label="Asked before">
        {[...recent, ...USUAL].map((wish) => (
          <li key={wish}>
            <Button size="compact-sm" variant="default" disabled={isPending} onClick={() => ask(wish)}>
              {wish}
            </Button>
          </li>
        ))}
      </ul>
      <div className={classes.actions}>
        <Button type="submit" size="xs" loading={isPending} disabled={text.trim() === ''}>
          Suggest
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
