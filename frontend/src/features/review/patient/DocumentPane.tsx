import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { toProblem } from '~/api/errors'
import { dayAndTime } from '~/lib/time'
import { SaveStatus } from '../header/SaveStatus'
import { NoticeList } from '../layout/NoticeList'
import type { PatientDocument } from '../model/types'
import { LeftOut } from '../note/LeftOut'
import { DocumentSectionView } from './DocumentSection'
import { DocumentVersions } from './DocumentVersions'
import classes from './Patient.module.css'
import { Unsaved, useApproval, useTypedDocument, type Writing } from './use-documents'

interface DocumentPaneProps {
  document: PatientDocument
  mayEdit: boolean
  writing: Writing
  timeZone: string
}

/** One document: where it stands, its words with what they rest on, and what can be done with it. */
export function DocumentPane({ document, mayEdit, writing, timeZone }: DocumentPaneProps) {
  const isApproved = document.approved_at !== null
  const canEdit = mayEdit && !isApproved
  const typed = useTypedDocument(document, mayEdit)
  const approval = useApproval(document, typed)
  return (
    <section aria-label={document.name}>
      <div className={classes.bar}>
        <p className={classes.state} role="status">
          {stateWords(document, timeZone)}
        </p>
        {canEdit && typed !== null ? <SaveStatus state={typed.state} timeZone={timeZone} /> : null}
        <div className={classes.actions}>
          <Button
            variant="default"
            component="a"
            download
            href={`/api/consultations/${document.consultation_id}/patient-documents/${document.kind}/document.pdf`}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {isApproved ? 'Download PDF' : 'Draft PDF'}
          </Button>
          {canEdit ? (
            <Button variant="default" loading={writing.isPending} onClick={writing.write}>
              Write again
            </Button>
          ) : null}
          {canEdit ? (
            <Button loading={approval.isPending} onClick={() => approval.mutate('approve')}>
              Approve
            </Button>
          ) : null}
          {mayEdit && isApproved ? (
            <Button loading={approval.isPending} onClick={() => approval.mutate('reopen')}>
              Edit again
            </Button>
          ) : null}
        </div>
      </div>
      <Problems errors={[approval.error, writing.error]} />
      {writing.confirming ? <Confirm writing={writing} /> : null}
      {document.is_outdated ? (
        <p className={classes.warning} role="alert">
          Out of date: the note got an addendum after this was written.
          {mayEdit ? outdatedHint(isApproved) : ''}
        </p>
      ) : null}
      <NoticeList className={classes.notices} label="About this document" notices={document.notices} />
      <div className={classes.paper}>
        {document.sections.map((section) => (
          <DocumentSectionView
            key={section.key}
            section={section}
            draft={canEdit ? typed?.state.sections[section.key] : undefined}
            setAside={typed?.state.setAside[section.key]}
            drafts={canEdit ? (typed?.drafts ?? null) : null}
          />
        ))}
        {isApproved ? null : <LeftOut sentences={document.withheld} onAdd={null} onEmptied={() => {}} />}
      </div>
      <DocumentVersions document={document} timeZone={timeZone} />
    </section>
  )
}

function outdatedHint(isApproved: boolean): string {
  return isApproved
    ? ' Press “Edit again”, which takes the approval back; then write it again to take the addendum in.'
    : ' Write it again to take the addendum in.'
}

function stateWords(document: PatientDocument, timeZone: string): string {
  if (document.approved_at !== null) {
    return `Approved by ${document.approved_by_name}, ${dayAndTime(document.approved_at, timeZone)}`
  }
  return document.awaits_model
    ? 'Draft. The language model is still writing; you can read on, or edit.'
    : 'Draft. Read it, then approve it: until then its PDF carries a draft mark.'
}

function Problems({ errors }: { errors: readonly unknown[] }) {
  const error = errors.find((each) => each !== null)
  if (error === undefined) return null
  return (
    <p className={classes.problem} role="alert">
      {error instanceof Unsaved
        ? 'Some of your words are not saved yet. Save them first, then approve.'
        : toProblem(error).message}
    </p>
  )
}

function Confirm({ writing }: { writing: Writing }) {
  return (
    <div className={classes.warning} role="alert">
      <p>This was changed by hand. Writing it again replaces those words; they stay in its versions.</p>
      <div className={classes.actions}>
        <Button size="xs" loading={writing.isPending} onClick={writing.confirm}>
          Write again
        </Button>
        <Button size="xs" variant="default" onClick={writing.dismiss}>
          Keep it
        </Button>
      </div>
    </div>
  )
}
