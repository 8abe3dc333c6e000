import { Button, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useSession } from '~/api/session'
import { dayAndTime } from '~/lib/time'
import { EmptyState } from '~/ui/EmptyState'
import { ErrorState } from '~/ui/ErrorState'
import { FormError } from '~/ui/FormError'
import { NotFound } from '~/ui/NotFound'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { PageSkeleton } from '~/ui/PageSkeleton'
import type { DocumentKind, PatientDocuments } from '../model/types'
import { patientName } from '../model/words'
import { consultationOptions, isMissing } from '../queries'
import { DocumentPane } from './DocumentPane'
import classes from './Patient.module.css'
import { useDocuments, useWriting } from './use-documents'

const KINDS: { kind: DocumentKind; name: string; about: string }[] = [
  {
    kind: 'patient_letter',
    name: 'Patient letter',
    about: 'What you found, the medicines and what happens next, as a letter to read at home.',
  },
  {
    kind: 'after_visit_summary',
    name: 'After-visit summary',
    about: 'The same on one page as a list, to take along.',
  },
]

/** What the patient takes home from a signed note: a letter and a summary. */
export function PatientPage({ consultationId }: { consultationId: string }) {
  const consultation = useQuery(consultationOptions(consultationId))
  const documents = useDocuments(consultationId)
  const { timezone } = useSession().clinic
  const [kind, setKind] = useState<DocumentKind>('patient_letter')
  const error = consultation.error ?? documents.error
  if (isMissing(error)) return <NotFound />
  if (error !== null) return <ErrorState error={error} onRetry={() => void documents.refetch()} />
  if (consultation.data === undefined || documents.data === undefined) return <PageSkeleton />
  const { patient, started_at } = consultation.data
  return (
    <Page>
      <PageHeader
        title="For the patient"
        meta={`${patientName(patient)}, ${dayAndTime(started_at, timezone)}`}
        actions={
          <Button variant="default" component={Link} to={`/consultations/${consultationId}`}>
            Back to review
          </Button>
        }
      />
      {documents.data.refusal === null ? (
        <Tabs
          value={kind}
          onChange={(value) => setKind(KINDS.find((each) => each.kind === value)?.kind ?? kind)}
          keepMounted={false}
        >
          <Tabs.List>
            {KINDS.map((each) => (
              <Tabs.Tab key={each.kind} value={each.kind}>
                {each.name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {KINDS.map((each) => (
            <Tabs.Panel key={each.kind} value={each.kind} className={classes.panel}>
              <OneKind id={consultationId} {...each} documents={documents.data} timeZone={timezone} />
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : (
        <EmptyState title="Not signed yet">{documents.data.refusal}</EmptyState>
      )}
    </Page>
  )
}

function OneKind(props: {
  id: string
  kind: DocumentKind
  name: string
  about: string
  documents: PatientDocuments
  timeZone: string
}) {
  const { id, kind, name, about, documents, timeZone } = props
  const writing = useWriting(id, kind)
  const document = documents.documents.find((each) => each.kind === kind)
  if (document !== undefined) {
    return (
      <DocumentPane document={document} mayEdit={documents.may_edit} writing={writing} timeZone={timeZone} />
    )
  }
  return (
    <>
      <FormError error={writing.error} />
      <EmptyState
        title={`No ${name.toLowerCase()} yet`}
        action={
          documents.may_edit ? (
            <Button loading={writing.isPending} onClick={writing.write}>
              Write the {name.toLowerCase()}
            </Button>
          ) : null
        }
      >
        {documents.may_edit
          ? `${about} It is written from the signed note and its addenda; you read it before anyone gets it.`
          : 'Its doctor has not written one.'}
      </EmptyState>
    </>
  )
}
