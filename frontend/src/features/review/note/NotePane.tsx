import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { day, length } from '~/lib/time'
import { type EvidenceStore, useEvidence } from '../evidence/evidence-store'
import { useEvidenceHover } from '../evidence/use-evidence-hover'
import { NoticeList } from '../layout/NoticeList'
import type { Consultation, Note } from '../model/types'
import { evidenceName } from '../model/words'
import { isUnderWay } from '../queries'
import type { Drafts } from './autosave'
import classes from './Note.module.css'
import type { NoteDrafts } from './note-drafts'
import { SectionView } from './SectionView'
import type { SentenceActions } from './SentenceRow'
import { SignedPart } from './SignedPart'

interface NotePaneProps {
  consultation: Consultation
  note: Note
  drafts: NoteDrafts
  state: Drafts
  actions: SentenceActions
  timeZone: string
}

/** The note: sections, sentences with their sources, and under a signed note who signed and what was added. */
export function NotePane(props: NotePaneProps) {
  const { consultation, note, drafts, state, actions, timeZone } = props
  const pane = useRef<HTMLElement>(null)
  const evidence = useEvidence()
  useEvidenceHover(pane, evidence)
  // While the draft is being written anew, what would be typed now could only collide with it.
  const canEdit = consultation.permissions.edit && note.state === 'draft' && !isUnderWay(consultation)
  const meta = [note.template_name, day(consultation.started_at, timeZone)]
  if (consultation.duration_ms !== null) meta.push(length(consultation.duration_ms))

  return (
    <section ref={pane} className={classes.note} aria-label="Note">
      {/* A signed note is the doctor's, however its draft was made. */}
      {note.state === 'draft' ? (
        <NoticeList className={classes.notices} label="About this draft" notices={note.notices} />
      ) : null}
      <h2 className={classes.title}>Consultation note</h2>
      <p className={classes.meta}>{meta.join(', ')}</p>
      {note.sections.map((section) => (
        <SectionView
          key={section.key}
          note={note}
          section={section}
          draft={state.sections[section.key]}
          setAside={state.setAside[section.key]}
          drafts={drafts}
          canEdit={canEdit}
          actions={actions}
        />
      ))}
      {note.signature === null ? null : (
        <SignedPart note={note} mayAmend={consultation.permissions.amend} timeZone={timeZone} />
      )}
      <PinnedAloud note={note} evidence={evidence} actions={actions} />
    </section>
  )
}

/** Highlights are silent; a pinned one is said. */
function PinnedAloud(props: { note: Note; evidence: EvidenceStore; actions: SentenceActions }) {
  const { note, evidence, actions } = props
  const [words, setWords] = useState('')
  useEffect(
    () =>
      evidence.subscribe(() => {
        const { pinned } = evidence.snapshot()
        const sentence = note.sections
          .flatMap((section) => section.sentences)
          .find((candidate) => candidate.id === pinned?.sentenceId)
        const item = sentence?.evidence[pinned?.place ?? 0]
        setWords(item === undefined ? '' : evidenceName(item, actions.speakerOf(item)))
      }),
    [note, evidence, actions],
  )
  return <VisuallyHidden role="status">{words}</VisuallyHidden>
}
