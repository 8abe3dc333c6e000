import { QueryClient, QueryClientProvider, QueryObserver } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { apply, useConsultationEvents } from './consultation-events'

const LIST = ['get', '/api/consultations', { params: { query: { q: '' } } }]
const ONE = ['get', '/api/consultations/{consultation_id}', { params: { path: { consultation_id: 'k1' } } }]
const NOTE = [
  'get',
  '/api/consultations/{consultation_id}/note',
  { params: { path: { consultation_id: 'k1' } } },
]
const OTHER = ['get', '/api/consultations/{consultation_id}', { params: { path: { consultation_id: 'k2' } } }]

const pipeline = {
  stage: 'transcribe' as const,
  state: 'running' as const,
  progress: 0.1,
  waiting_code: null,
  waiting_message: null,
  error_code: null,
  error_message: null,
  updated_at: '2026-11-23T11:00:00Z',
}

function aCache() {
  const queryClient = new QueryClient()
  const row = aConsultation({ status: 'processing', pipeline })
  queryClient.setQueryData(LIST, { pages: [{ items: [row], next_cursor: null }], pageParams: [null] })
  for (const key of [ONE, NOTE, OTHER]) queryClient.setQueryData(key, row)
  const isStale = (key: unknown[]) => queryClient.getQueryState(key)?.isInvalidated
  return { queryClient, isStale }
}

describe('a change that was pushed', () => {
  it('moves the progress in the list and on the screen without asking the server', async () => {
    const { queryClient, isStale } = aCache()

    await apply(queryClient, {
      consultation_id: 'k1',
      status: 'processing',
      stage: 'transcribe',
      state: 'running',
      progress: 0.5,
    })

    expect(queryClient.getQueryData(ONE)).toMatchObject({ pipeline: { progress: 0.5 } })
    expect(queryClient.getQueryData(LIST)).toMatchObject({
      pages: [{ items: [{ pipeline: { progress: 0.5 } }] }],
    })
    expect(isStale(LIST)).toBe(false)
  })

  it('loads the list, the consultation and its note anew when the state moved, and nothing else', async () => {
    const { queryClient, isStale } = aCache()

    await apply(queryClient, {
      consultation_id: 'k1',
      status: 'ready',
      stage: 'draft',
      state: 'done',
      progress: 1,
    })

    expect([LIST, ONE, NOTE].map(isStale)).toEqual([true, true, true])
    expect(isStale(OTHER)).toBe(false)
  })

  it('names a failed stage at once, and loads the words for it', async () => {
    const { queryClient, isStale } = aCache()

    await apply(queryClient, {
      consultation_id: 'k1',
      status: 'failed',
      stage: 'draft',
      state: 'failed',
      progress: 0,
      error_code: 'no_speech',
    })

    expect(queryClient.getQueryData(ONE)).toMatchObject({
      status: 'failed',
      pipeline: { stage: 'draft', state: 'failed', error_code: 'no_speech', error_message: null },
    })
    expect(queryClient.getQueryData(LIST)).toMatchObject({ pages: [{ items: [{ status: 'failed' }] }] })
    expect([LIST, ONE].map(isStale)).toEqual([true, true])
  })

  it('loads the list anew for a consultation that it does not hold yet', async () => {
    const { queryClient, isStale } = aCache()

    await apply(queryClient, {
      consultation_id: 'k9',
      status: 'recording',
      stage: null,
      state: null,
      progress: 0,
    })

    expect(isStale(LIST)).toBe(true)
    expect(isStale(ONE)).toBe(false)
  })

  it('is not missed by a first load that was answered before it', async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
    let refuse = (_: Error): void => undefined
    const early = new Promise<string>((_, reject) => {
      refuse = reject
    })
    const answers = [early, Promise.resolve('the note')]
    const observer = new QueryObserver(queryClient, {
      queryKey: NOTE,
      queryFn: () => answers.shift() ?? Promise.reject(new Error('asked too often')),
    })
    const stop = observer.subscribe(() => undefined)

    const applied = apply(queryClient, {
      consultation_id: 'k1',
      status: 'ready',
      stage: 'draft',
      state: 'done',
      progress: 1,
    })
    refuse(new Error('there is no note yet'))
    await applied

    expect(observer.getCurrentResult().data).toBe('the note')
    stop()
  })
})

describe('the stream of changes', () => {
  it('loads anew, once it is there, what may have changed since its screen was loaded', async () => {
    const opened: EventTarget[] = []
    class Source extends EventTarget {
      constructor() {
        super()
        opened.push(this)
      }
      close = () => undefined
    }
    vi.stubGlobal('EventSource', Source)
    const { queryClient, isStale } = aCache()
    const wrapper = ({ children }: { children: ReactNode }) =>
      createElement(QueryClientProvider, { client: queryClient }, children)
    const { unmount } = renderHook(() => useConsultationEvents(true), { wrapper })
    expect([LIST, ONE].map(isStale)).toEqual([false, false])

    opened[0]?.dispatchEvent(new Event('live'))

    await waitFor(() => expect([LIST, ONE].map(isStale)).toEqual([true, true]))
    unmount()
    vi.unstubAllGlobals()
  })
})
