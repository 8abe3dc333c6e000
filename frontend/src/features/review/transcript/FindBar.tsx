import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { type RefObject, useEffect } from 'react'
import classes from './Transcript.module.css'
import type { Find } from './use-find'

/** Find in the transcript: Enter and Shift+Enter go on, Escape ends. A second Mod+F is the browser's own. */
export function FindBar(props: {
  find: Find
  input: RefObject<HTMLInputElement | null>
  onClose: () => void
}) {
  const { find, input, onClose } = props
  useEffect(() => input.current?.focus(), [input])
  return (
    <search className={classes.find}>
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
      <ActionIcon aria-label="Close find" onClick={onClose}>
        <IconX size={18} />
      </ActionIcon>
    </search>
  )
}

function countWords({ words, count, current }: Find): string {
  if (words.trim() === '') return ''
  if (count === 0) return 'Not found'
  return current < 0 ? `${count} found` : `${current + 1} of ${count}`
}
