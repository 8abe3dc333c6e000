import { QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { testQueryClient } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import type { Settings } from './choices'
import { someSettings } from './testing/builders'
import { useClinicForm } from './use-clinic-form'

const PUT = 'PUT /api/clinic/settings'
const GET = 'GET /api/clinic/settings'

function openForm(settings: Settings) {
  const queryClient = testQueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  )
  return renderHook((now: Settings) => useClinicForm(now), { wrapper, initialProps: settings })
}

/** Takes saves, and keeps what was sent with which version. */
function takeSaves(answers: (() => Response)[], newest: Settings = someSettings()) {
  const sent: { version: string | null; body: Record<string, unknown> }[] = []
  answerWith({
    [GET]: () => json(newest),
    [PUT]: async (request) => {
      sent.push({ version: request.headers.get('if-match'), body: await request.json() })
      return answers[sent.length - 1]?.() ?? json({}, 500)
    },
  })
  return sent
}

afterEach(() => vi.restoreAllMocks())

describe('the form of the clinic’s settings', () => {
  it('saves what is typed with the version that it began with', async () => {
    const saved = someSettings({ version: 4, monthly_budget_cents: 3000, key_terms: ['apixaban'] })
    const sent = takeSaves([() => json(saved)])
    const { result } = openForm(someSettings())
    expect(result.current.isChanged).toBe(false)

    act(() => result.current.change({ budget: '30', terms: ' apixaban ' }))
    expect(result.current.isChanged).toBe(true)
    act(() => result.current.save())

    await waitFor(() => expect(result.current.isSaved).toBe(true))
    expect(sent).toMatchObject([
      { version: '"3"', body: { monthly_budget_cents: 3000, key_terms: [' apixaban '], engine: 'default' } },
    ])
    expect(result.current.choices.terms).toBe('apixaban')
  })

  it('follows what another admin saves while nothing is typed, and not while something is', () => {
    const { result, rerender } = openForm(someSettings())

    rerender(someSettings({ version: 4, live_captions: false }))
    expect(result.current.choices.live_captions).toBe(false)
    act(() => result.current.change({ budget: '30' }))
    rerender(someSettings({ version: 5, live_captions: true }))

    expect(result.current.choices).toMatchObject({ budget: '30', live_captions: false })
  })

  it('does not fall back to an older answer that comes late', async () => {
    takeSaves([() => json(someSettings({ version: 4, live_captions: false }))])
    const { result, rerender } = openForm(someSettings())
    act(() => result.current.change({ live_captions: false }))
    act(() => result.current.save())
    await waitFor(() => expect(result.current.isSaved).toBe(true))

    rerender(someSettings({ version: 3, live_captions: true }))

    expect(result.current.choices.live_captions).toBe(false)
  })

  it('shows both versions when another admin was faster, and saves one’s own changes over theirs', async () => {
    const theirs = someSettings({ version: 4, monthly_budget_cents: 5000, engine: 'local' })
    const both = someSettings({ ...theirs, version: 5, monthly_budget_cents: 3000 })
    const sent = takeSaves([() => problem(412, 'stale', 'Someone changed this.'), () => json(both)], theirs)
    const { result } = openForm(someSettings())
    act(() => result.current.change({ budget: '30' }))
    act(() => result.current.save())
    await waitFor(() => expect(result.current.conflict).not.toBeNull())
    expect(result.current.conflict).toEqual([
      { field: 'engine', theirs: 'On this server', mine: null },
      { field: 'budget', theirs: '$50', mine: '$30' },
    ])
    expect(result.current.error).toBeNull()

    act(() => result.current.saveMine())

    await waitFor(() => expect(result.current.isSaved).toBe(true))
    expect(sent[1]).toMatchObject({ version: '"4"', body: { engine: 'local', monthly_budget_cents: 3000 } })
    expect(result.current.conflict).toBeNull()
  })

  it('takes the other’s version where that is chosen', async () => {
    const theirs = someSettings({ version: 4, monthly_budget_cents: 5000 })
    takeSaves([() => problem(412, 'stale', 'Someone changed this.')], theirs)
    const { result } = openForm(someSettings())
    act(() => result.current.change({ budget: '30' }))
    act(() => result.current.save())
    await waitFor(() => expect(result.current.conflict).not.toBeNull())

    act(() => result.current.takeTheirs())

    expect(result.current).toMatchObject({
      conflict: null,
      isChanged: false,
      error: null,
      choices: { budget: '50' },
    })
  })

  it('keeps what is typed when it is refused, and says why where it belongs', async () => {
    takeSaves([
      () => problem(422, 'key_terms_refused', 'Line 2: more than 50 characters.'),
      () => problem(409, 'not_offered', 'No AssemblyAI key is set on this server.'),
    ])
    const { result } = openForm(someSettings())
    act(() => result.current.change({ terms: 'apixaban\nx' }))
    act(() => result.current.save())
    await waitFor(() => expect(result.current.termsError).toBe('Line 2: more than 50 characters.'))
    expect(result.current.error).toBeNull()

    act(() => result.current.change({ terms: 'apixaban', engine: 'assemblyai' }))
    expect(result.current.termsError).toBeNull()
    act(() => result.current.save())

    await waitFor(() => expect(result.current.error).toMatchObject({ code: 'not_offered' }))
    expect(result.current.choices).toMatchObject({ terms: 'apixaban', engine: 'assemblyai' })
  })
})
