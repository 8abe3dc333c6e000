import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, client } from '~/api/client'
import { toProblem } from '~/api/errors'
import { useSession } from '~/api/session'
import { ErrorState } from '~/ui/ErrorState'
import { NotFound } from '~/ui/NotFound'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { PageSkeleton } from '~/ui/PageSkeleton'
import classes from './history/History.module.css'
import { VersionDiff } from './history/VersionDiff'
import { VersionList } from './history/VersionList'
import type { Note } from './model/types'
import { patientName } from './model/words'
import { consultationOptions, etag, isMissing, keepNote, noteOptions, versionsOptions } from './queries'

/** Every version of a note, by whom and when; any of them against the newest, and back again. */
export function HistoryPage({ consultationId }: { consultationId: string }) {
  const consultation = useQuery(consultationOptions(consultationId))
  const note = useQuery(noteOptions(consultationId))
  const versions = useQuery(versionsOptions(consultationId))
  const { timezone } = useSession().clinic
  const [chosen, setChosen] = useState<number | null>(null)
  const error = consultation.error ?? note.error ?? versions.error
  if (isMissing(error)) return <NotFound />
  if (error !== null) return <ErrorState error={error} onRetry={() => void versions.refetch()} />
  if (!consultation.data || !note.data || !versions.data) return <PageSkeleton />

  const shown = chosen ?? versions.data[1]?.version ?? note.data.version
  const mayRestore =
    consultation.data.permissions.edit && note.data.state === 'draft' && shown !== note.data.version
  return (
    <Page>
      <PageHeader
        title="History of the note"
        meta={patientName(consultation.data.patient)}
        actions={
          <Button variant="default" component={Link} to={`/consultations/${consultationId}`}>
            Back to review
          </Button>
        }
      />
      <div className={classes.columns}>
        <VersionList
          versions={versions.data}
          current={note.data.version}
          signed={note.data.signature?.version ?? null}
          shown={shown}
          onShow={setChosen}
          timeZone={timezone}
        />
        <div>
          {mayRestore ? <Restore note={note.data} version={shown} onDone={() => setChosen(null)} /> : null}
          <OneVersion note={note.data} version={shown} />
        </div>
      </div>
    </Page>
  )
}

function OneVersion({ note, version }: { note: Note; version: number }) {
  const { data, error } = useQuery(
    api.queryOptions('get', '/api/consultations/{consultation_id}/note/versions/{version}', {
      params: { path: { consultation_id: note.consultation_id, version } },
    }),
  )
  if (error !== null) return <ErrorState error={error} />
  if (data === undefined) return null
  return <VersionDiff older={data} note={note} />
}

function Restore({ note, version, onDone }: { note: Note; version: number; onDone: () => void }) {
  const queryClient = useQueryClient()
  const id = note.consultation_id
  const restore = useMutation({
    mutationFn: async () => {
      const { data } = await client.POST(
        '/api/consultations/{consultation_id}/note/versions/{version}/restore',
        {
          params: { path: { consultation_id: id, version }, header: { 'if-match': etag(note.version) } },
        },
      )
      return data
    },
    onSuccess: (restored) => {
      if (restored !== undefined) keepNote(queryClient, restored)
      queryClient.invalidateQueries({ queryKey: versionsOptions(id).queryKey })
      onDone()
    },
    onError: () => queryClient.invalidateQueries({ queryKey: noteOptions(id).queryKey }),
  })
  return (
    <div className={classes.restore}>
      <Button loading={restore.isPending} onClick={() => restore.mutate()}>
        Restore version {version}
      </Button>
      <span>It becomes the newest version; nothing is dropped.</span>
      {restore.error === null ? null : <p role="alert">{toProblem(restore.error).message}</p>}
    </div>
  )
}
