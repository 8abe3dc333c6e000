import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/api/client'
import { toProblem } from '~/api/errors'
import { dayAndTime } from '~/lib/time'
import type { PatientDocument } from '../model/types'
import classes from './Patient.module.css'

/** Under a document, folded: every version, by whom and when; any of them can be read. */
export function DocumentVersions(props: { document: PatientDocument; timeZone: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={classes.versions} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Versions</summary>
      {isOpen ? <Versions key={props.document.version} {...props} /> : null}
    </details>
  )
}

function Versions({ document, timeZone }: { document: PatientDocument; timeZone: string }) {
  const { consultation_id, kind } = document
  const [shown, setShown] = useState<number | null>(null)
  const { data, error } = useQuery({
    ...api.queryOptions('get', '/api/consultations/{consultation_id}/patient-documents/{kind}/versions', {
      params: { path: { consultation_id, kind } },
    }),
    // Its owner is made anew with each version, and asks again.
    staleTime: 0,
  })
  if (error !== null) return <p role="alert">{toProblem(error).message}</p>
  return (
    <ul>
      {data?.map((each) => (
        <li key={each.version}>
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={shown === each.version}
            onClick={() => setShown(shown === each.version ? null : each.version)}
          >
            Version {each.version}
          </Button>{' '}
          {each.author_name ?? (each.drafter.startsWith('llm:') ? 'Language model' : 'Scribe')},{' '}
          {dayAndTime(each.created_at, timeZone)}
          {shown === each.version ? <OneVersion document={document} version={each.version} /> : null}
        </li>
      ))}
    </ul>
  )
}

function OneVersion({ document, version }: { document: PatientDocument; version: number }) {
  const { consultation_id, kind } = document
  const { data, error } = useQuery(
    api.queryOptions(
      'get',
      '/api/consultations/{consultation_id}/patient-documents/{kind}/versions/{version}',
      { params: { path: { consultation_id, kind, version } } },
    ),
  )
  if (error !== null) return <p role="alert">{toProblem(error).message}</p>
  return data?.sections
    .flatMap((section) => section.sentences)
    .map((sentence) => <p key={sentence.id}>{sentence.text}</p>)
}
