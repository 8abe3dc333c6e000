import { Button } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { CopyButton } from '~/ui/CopyButton'
import type { Note, Section } from '../model/types'
import type { Draft } from './autosave'
import { LeftOut } from './LeftOut'
import { leftOutOf, withLine } from './left-out'
import classes from './Note.module.css'
import type { NoteDrafts } from './note-drafts'
import { copySection } from './plain-note'
import { SectionEditor } from './SectionEditor'
import { type SentenceActions, SentenceRow } from './SentenceRow'
import { SetAside } from './SetAside'
import { sectionText } from './section-text'

/** The heading of a section, to send focus to. */
export function headingElementId(sectionKey: string): string {
  return `section-${sectionKey}`
}

interface SectionViewProps {
  note: Note
  section: Section
  draft: Draft | undefined
  setAside: string | undefined
  drafts: NoteDrafts
  canEdit: boolean
  actions: SentenceActions
}

/** A section of the note: sentences with their links, or the text box while it is typed in. */
export function SectionView(props: SectionViewProps) {
  const { note, section, draft, setAside, drafts, canEdit, actions } = props
  const [caret, setCaret] = useState<number | null>(null)
  const sentences = useRef<HTMLUListElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)

  const open = (at: number): void => {
    if (!canEdit) return
    setCaret(at)
    drafts.dispatch({ kind: 'opened', section: section.key, base: sectionText(section) })
  }
  const text = draft?.text ?? sectionText(section)
  const add = (line: string): void => {
    drafts.dispatch({ kind: 'opened', section: section.key, base: sectionText(section) })
    drafts.dispatch({ kind: 'typed', section: section.key, text: withLine(text, line) })
    // Nobody types in it: it is saved at once, and not left open.
    drafts.dispatch({ kind: 'closed', section: section.key })
  }
  const openAtEnd = (): void => open(sectionText(section).length)
  useClickInto(sentences, (line) => open(caretAtEndOf(section, line)))

  return (
    <section className={classes.section} aria-labelledby={headingElementId(section.key)} data-note-section>
      <div className={classes.sectionHead}>
        <h3
          ref={heading}
          id={headingElementId(section.key)}
          tabIndex={-1}
          data-section={section.key}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.target !== event.currentTarget) return
            event.preventDefault()
            openAtEnd()
          }}
        >
          {section.title}
        </h3>
        {canEdit && draft === undefined ? (
          <Button
            className={classes.quiet}
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden />}
            aria-label={`Edit ${section.title}`}
            onClick={openAtEnd}
          >
            Edit
          </Button>
        ) : null}
        <CopyButton
          className={classes.quiet}
          size="compact-sm"
          label="Copy"
          content={() => copySection(section)}
          aria-label={`Copy ${section.title}`}
          data-copy-section
        />
      </div>
      {draft === undefined ? (
        <ul ref={sentences} className={classes.sentences} data-editable={canEdit || undefined}>
          {section.sentences.map((sentence) => (
            <SentenceRow key={sentence.id} sentence={sentence} actions={actions} />
          ))}
          {section.sentences.length === 0 ? (
            <li className={classes.empty}>{section.required && canEdit ? 'Empty, and required' : 'Empty'}</li>
          ) : null}
        </ul>
      ) : (
        <SectionEditor
          sectionKey={section.key}
          title={section.title}
          draft={draft}
          drafts={drafts}
          caret={draft.open ? caret : null}
          onLeave={() => heading.current?.focus()}
        />
      )}
      {note.state === 'draft' ? (
        <LeftOut
          sentences={leftOutOf(note, section.key, text)}
          onAdd={canEdit ? add : null}
          onEmptied={() => heading.current?.focus()}
        />
      ) : null}
      {setAside === undefined ? null : <SetAside section={section} text={setAside} drafts={drafts} />}
    </section>
  )
}

function caretAtEndOf(section: Section, line: number): number {
  return section.sentences.slice(0, line + 1).reduce((sum, sentence) => sum + sentence.text.length + 1, -1)
}

/** A click on the words of a section, and not on a link or a selection, is a wish to type there. */
function useClickInto(list: RefObject<HTMLUListElement | null>, open: (line: number) => void): void {
  const latest = useRef(open)
  useEffect(() => {
    latest.current = open
  })
  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      const element = list.current
      if (element === null || !(event.target instanceof Element) || !element.contains(event.target)) return
      if (event.target.closest('button, a') !== null || !(window.getSelection()?.isCollapsed ?? true)) return
      const row = event.target.closest('[data-sentence]')
      const rows = [...element.querySelectorAll('[data-sentence]')]
      latest.current(row === null ? rows.length - 1 : rows.indexOf(row))
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [list])
}
