import { Textarea } from '@mantine/core'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { api } from '~/api/client'
import classes from './ContextNotes.module.css'
import type { ContextDraft, ContextState } from './context-draft'
import { draftOf } from './drafts'

const MOST_TYPED = 20_000

/** What was not said aloud, typed for oneself. It saves itself, and no draft reads it. */
export function ContextNotes({ consultationId }: { consultationId: string }) {
  const queryClient = useQueryClient()
  const [draft] = useState(() => openDraft(consultationId, queryClient))
  const { text, save, problem } = useSyncExternalStore(draft.store.subscribe, draft.store.get)

  useEffect(() => () => draft.flush(), [draft])

  return (
    <div className={classes.context}>
      <Textarea
        label="Context"
        description="For yourself: it never enters the note by itself, and is shown beside the transcript."
        rows={3}
        resize="vertical"
        maxLength={MOST_TYPED}
        value={text}
        error={save === 'refused' ? problem : null}
        onChange={(event) => draft.type(event.currentTarget.value)}
      />
      <p className={classes.saved} role="status">
        {SAVE_TEXT[save]}
      </p>
    </div>
  )
}

const SAVE_TEXT: Record<ContextState['save'], string> = {
  nothing: '',
  waiting: '',
  saving: 'Saving',
  saved: 'Saved',
  retrying: 'Not saved yet. Keep this page open; it is tried again.',
  refused: '',
}

function openDraft(consultationId: string, queryClient: QueryClient): ContextDraft {
  const target = { params: { path: { consultation_id: consultationId } } }
  const { queryKey } = api.queryOptions('get', '/api/consultations/{consultation_id}/context', target)
  return draftOf(consultationId, (saved) => queryClient.setQueryData(queryKey, saved))
}
