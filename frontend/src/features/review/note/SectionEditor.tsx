import { Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { Draft, SaveState } from './autosave'
import { ConflictChoice } from './ConflictChoice'
import classes from './Note.module.css'
import type { NoteDrafts } from './note-drafts'

/** A section as plain text, one sentence a line. What is typed saves itself. */
export function SectionEditor(props: {
  sectionKey: string
  title: string
  draft: Draft
  drafts: NoteDrafts
  caret: number | null
  onLeave: () => void
}) {
  const { sectionKey, title, draft, drafts, caret, onLeave } = props
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (caret === null) return
    box.current?.focus({ preventScroll: true })
    box.current?.setSelectionRange(caret, caret)
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [caret])
  const statusId = `save-${sectionKey}`

  return (
    <div>
      <Textarea
        ref={box}
        autosize
        minRows={2}
        classNames={{ input: classes.input }}
        aria-label={`${title}, one sentence a line`}
        aria-describedby={statusId}
        spellCheck
        value={draft.text}
        onChange={(event) =>
          drafts.dispatch({ kind: 'typed', section: sectionKey, text: event.currentTarget.value })
        }
        onFocus={() => drafts.dispatch({ kind: 'opened', section: sectionKey, base: draft.base })}
        onBlur={() => drafts.dispatch({ kind: 'closed', section: sectionKey })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onLeave()
        }}
      />
      <p id={statusId} className={classes.saveState} data-kind={draft.save.kind} role="status">
        {saveWords(draft.save)}
      </p>
      {draft.save.kind === 'conflict' ? (
        <ConflictChoice
          title={title}
          mine={draft.text}
          theirs={draft.save.theirs}
          onKeepMine={() => drafts.dispatch({ kind: 'kept-mine', section: sectionKey })}
          onTakeTheirs={() => drafts.dispatch({ kind: 'took-theirs', section: sectionKey })}
          onKeepBoth={(text) => {
            drafts.dispatch({ kind: 'typed', section: sectionKey, text })
            drafts.dispatch({ kind: 'kept-mine', section: sectionKey })
          }}
        />
      ) : null}
    </div>
  )
}

/** Where one's words are, in words. */
function saveWords(save: SaveState): string {
  switch (save.kind) {
    case 'saved':
      return 'One sentence a line. Esc when done.'
    case 'waiting':
    case 'due':
    case 'saving':
      return 'Saving'
    case 'retrying':
      return `Not saved yet, trying again. Your words are kept here. ${save.message}`
    case 'refused':
      return `Not saved. Copy your words before you leave. ${save.message}`
    case 'conflict':
      return 'Not saved: choose a version below.'
  }
}
