import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Schema } from './client'
import { loadAnew } from './query-client'

type Consultation = Schema<'ConsultationRead'>
type Changed = Schema<'ConsultationChanged'>
type Liveness = 'live' | 'polling'

const URL = '/api/consultations/events'
const LIST = ['get', '/api/consultations'] as const
const POLL_MS = 5_000

// Until the stream is there: what changes between a screen's first load and its first moment is not told.
let liveness: Liveness = 'polling'
const subscribers = new Set<() => void>()

/** Whether changes are pushed. While they are not, screens that wait for something should poll. */
function useLiveness(): Liveness {
  return useSyncExternalStore(
    (onChange) => {
      subscribers.add(onChange)
      return () => subscribers.delete(onChange)
    },
    () => liveness,
  )
}

/** For `refetchInterval`: nothing while changes are pushed, every 5 s while they are not. */
export function usePollInterval(): number | false {
  return useLiveness() === 'live' ? false : POLL_MS
}

/** The one stream of changes for the whole app; it keeps the query cache in step. Mount it once. */
export function useConsultationEvents(isEnabled: boolean): void {
  const queryClient = useQueryClient()

  useEffect(() => {
    if (!isEnabled) return undefined
    const source = new EventSource(URL)
    source.addEventListener('live', () => {
      // What changed while the stream was away is not told again.
      if (liveness === 'polling') void refresh(queryClient)
      setLiveness('live')
    })
    // EventSource tries again by itself, except after an answer that is not a stream.
    source.onerror = () => setLiveness('polling')
    source.addEventListener('degraded', () => setLiveness('polling'))
    source.addEventListener('consultation', (event: MessageEvent<string>) => {
      void apply(queryClient, JSON.parse(event.data))
    })
    return () => source.close()
  }, [isEnabled, queryClient])
}

/** Shows progress and failures at once; all but progress is a hint to load the consultation and the list anew. */
export async function apply(queryClient: QueryClient, change: Changed): Promise<void> {
  const id = change.consultation_id
  const isOnlyProgress = (row: Consultation) =>
    row.status === change.status && row.pipeline?.stage === change.stage
  const known = listed(queryClient).find((row) => row.id === id)
  if (known && isOnlyProgress(known) && change.state === 'running') {
    patch(queryClient, change)
    return
  }
  if (change.error_code) patch(queryClient, change)
  await Promise.all([
    loadAnew(queryClient, { queryKey: LIST }),
    loadAnew(queryClient, { predicate: ({ queryKey }) => concerns(queryKey, id) }),
  ])
}

/** True for the queries of one consultation: itself, its transcript, its note. */
function concerns(queryKey: readonly unknown[], id: string): boolean {
  const [, path, init] = queryKey
  return (
    typeof path === 'string' &&
    path.startsWith('/api/consultations/{') &&
    JSON.stringify(init ?? {}).includes(id)
  )
}

interface Pages {
  pages: { items: Consultation[]; next_cursor: string | null }[]
  pageParams: unknown[]
}

function listed(queryClient: QueryClient): Consultation[] {
  return queryClient
    .getQueriesData<Pages>({ queryKey: LIST })
    .flatMap(([, data]) => data?.pages?.flatMap((page) => page.items) ?? [])
}

function patch(queryClient: QueryClient, change: Changed): void {
  const update = (row: Consultation): Consultation => {
    if (row.id !== change.consultation_id || !row.pipeline) return row
    const { stage, state, error_message } = row.pipeline
    const pipeline = {
      ...row.pipeline,
      progress: change.progress,
      stage: change.stage ?? stage,
      state: change.state ?? state,
      error_code: change.error_code ?? null,
      // The words come with the consultation; those of an earlier failure must not stand for this one.
      error_message: change.error_code === row.pipeline.error_code ? error_message : null,
    }
    return { ...row, status: change.status, pipeline }
  }
  queryClient.setQueriesData<Pages>({ queryKey: LIST }, (data) =>
    data?.pages
      ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(update) })) }
      : data,
  )
  const one = {
    predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => isOne(queryKey, change.consultation_id),
  }
  queryClient.setQueriesData<Consultation>(one, (row) => row && update(row))
}

function isOne(queryKey: readonly unknown[], id: string): boolean {
  return queryKey[1] === '/api/consultations/{consultation_id}' && concerns(queryKey, id)
}

function refresh(queryClient: QueryClient): Promise<void> {
  return loadAnew(queryClient, {
    predicate: ({ queryKey }) => String(queryKey[1] ?? '').startsWith('/api/consultations'),
  })
}

function setLiveness(next: Liveness): void {
  if (next === liveness) return
  liveness = next
  for (const notify of subscribers) notify()
}
