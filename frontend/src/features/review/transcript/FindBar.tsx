import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconReplace, IconX } from '@tabler/icons-react'
import { type ReactNode, type RefObject, useEffect, useState } from 'react'
import classes from './Transcript.module.css'
import type { Find } from './use-find'

/** Find in the transcript, and replace: Enter and Shift+Enter go on, Escape ends. A second Mod+F is the browser's own. */
export function FindBar(props: {
  find: Find
  input: RefObject<HTMLInputElement | null>
  /** What puts other words there; null where the transcript cannot be corrected. */
  replacing: ReactNode
  onClose: () => void
}) {
  const { find, input, replacing, onClose } = props
  const [isReplacing, setReplacing] = useState(false)
  useEffect(() => input.current?.focus(), [input])
  return (
    <search className={classes.finder}>
      <div className={classes.find}>
        <TextInput
          ref={input}
          size="xs"
          aria-label="Find in the transcript"
          placeholder="Find in the transcript"
          value={find.words}
          onChange={(event) => find.setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') find.go(event.shiftKey ? -1 : 1)
            else if (event.key === 'Escape') onClose()
          }}
        />
        <span className={classes.count} role="status">
          {countWords(find)}
        </span>
        <ActionIcon aria-label="Previous match" disabled={find.count === 0} onClick={() => find.go(-1)}>
          <IconChevronUp size={18} />
        </ActionIcon>
        <ActionIcon aria-label="Next match" disabled={find.count === 0} onClick={() => find.go(1)}>
          <IconChevronDown size={18} />
        </ActionIcon>
        {replacing === null ? null : (
          <ActionIcon
            aria-label="Replace with other words"
            aria-expanded={isReplacing}
            onClick={() => setReplacing((was) => !was)}
          >
            <IconReplace size={18} />
          </ActionIcon>
        )}
        <ActionIcon aria-label="Close find" onClick={onClose}>
          <IconX size={18} />
        </ActionIcon>
      </div>
      {isReplacing ? replacing : null}
    </search>
  )
}

function countWords({ words, count, current }: Find): string {
  if (words.trim() === '') return ''
  if (count === 0) return 'Not found'
  return current < 0 ? `${count} found` : `${current + 1} of ${count}`
}
