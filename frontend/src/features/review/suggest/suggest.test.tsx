import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SESSION_KEY } from '~/api/session'
import { aConsultation, aSession } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { json } from '~/test/server'
import { EvidenceContext, EvidenceStore } from '../evidence/evidence-store'
import type { Note, Suggestion } from '../model/types'
import { useNoteDrafts } from '../note/kept-drafts'
import { NotePane } from '../note/NotePane'
import type { SentenceActions } from '../note/SentenceRow'
import { suggestionsOptions, useNote } from '../queries'
import { aNote, anEvidence, aSentence, aSuggestion, aWithheld } from '../testing/builders'
import { useSuggestions } from './use-suggestions'

// A machine under load may be slow; none of these tests is about time.
vi.setConfig({ testTimeout: 30_000 })

const actions: SentenceActions = { speakerOf: () => 'Patient', onPin: vi.fn(), onPlay: vi.fn() }
const ECG = aSentence('s2', 'ECG today.')
const OWN = aSentence('s3', 'Rang the ward.', { origin: 'added', author_name: 'Dr Lee' })

let note: Note
let suggestions: Suggestion[]
let refusal: string | null
let acceptAnswer: () => Response
const sent: { path: string; ifMatch: string | null; body: unknown }[] = []
let consultations = 0

async function fakeServer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(`/api/consultations/${note.consultation_id}/note`, '')
  if (request.method === 'GET') {
    return path === '/suggestions' ? json(listed()) : json(note)
  }
  const text = await request.text()
  sent.push({ path, ifMatch: request.headers.get('if-match'), body: text === '' ? null : JSON.parse(text) })
  if (path.endsWith('/accept')) return acceptAnswer()
  if (path.endsWith('/dismiss')) {
    suggestions = []
    return new Response(null, { status: 204 })
  }
  suggestions = [aSuggestion({ state: 'waiting', rows: [], instruction: JSON.parse(text).instruction })]
  return json(listed(), 202)
}

function listed() {
  return { version: note.version, instruct_refusal: refusal, suggestions }
}

function Screen() {
  const consultation = aConsultation({ id: note.consultation_id })
  const shown = useNote(consultation).data ?? null
  const typed = useNoteDrafts(shown)
  const suggesting = useSuggestions(consultation, shown, typed?.drafts ?? null)
  if (shown === null || typed === null) return null
  const given = { consultation, note: shown, ...typed, actions, suggesting, timeZone: 'UTC' }
  return <NotePane {...given} />
}

async function open() {
  const queryClient = testQueryClient()
  queryClient.setQueryData(SESSION_KEY, aSession())
  renderApp(
    <EvidenceContext value={new EvidenceStore()}>
      <Screen />
    </EvidenceContext>,
    queryClient,
  )
  await screen.findByRole('button', { name: 'More for Plan' })
  return queryClient
}

async function choose(item: string): Promise<void> {
  await userEvent.click(await screen.findByRole('button', { name: 'More for Plan' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(item) }))
}

beforeEach(() => {
  consultations += 1
  note = aNote({
    consultation_id: `suggest-${consultations}`,
    sections: [{ key: 'plan', title: 'Plan', required: true, sentences: [ECG, OWN] }],
  })
  suggestions = []
  refusal = null
  acceptAnswer = () => json({ ...note, version: 2, source: 'ai_edit' })
  sent.length = 0
  vi.stubGlobal('fetch', vi.fn(fakeServer))
})
afterEach(() => vi.unstubAllGlobals())

const READY = () =>
  aSuggestion({
    rows: [
      { kind: 'removed', sentence: ECG, is_ticked: true },
      {
        kind: 'added',
        sentence: aSentence('n1', 'ECG now.', {
          evidence: [anEvidence({ start_ms: 61_000, quote: 'an ECG' })],
        }),
        is_ticked: true,
      },
      { kind: 'removed', sentence: OWN, is_ticked: false },
    ],
  })

test('a section is written again beside the note, which stays and can be worked on', async () => {
  await open()

  await choose('Regenerate')

  expect(await screen.findByText('Writing a suggestion for Plan. You can go on working.')).toBeDefined()
  expect(sent).toEqual([{ path: '/sections/plan/suggestions', ifMatch: null, body: { instruction: null } }])
  expect(screen.getByText('ECG today.')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Edit Plan' })).toBeDefined()
})

test('a wish is typed, or taken from those before', async () => {
  await open()
  await choose('Instruct')
  await userEvent.keyboard('Name the ward{Enter}')
  await screen.findByText('Writing a suggestion for Plan, “Name the ward”. You can go on working.')

  await choose('Instruct')
  await userEvent.click(await screen.findByRole('button', { name: 'Name the ward' }))

  await waitFor(() =>
    expect(sent.map((each) => each.body)).toEqual(Array(2).fill({ instruction: 'Name the ward' })),
  )
})

test('where no wish can be made, the menu says why', async () => {
  refusal = 'Your clinic drafts without a language model.'
  await open()

  await choose('Instruct')

  expect(screen.getByText(refusal)).toBeDefined()
  expect(screen.queryByRole('form', { name: 'Instruct Plan' })).toBeNull()
})

test('one takes what is ticked: by default all but a person’s own lines', async () => {
  suggestions = [READY()]
  await open()
  const boxes = await screen.findAllByRole('checkbox')

  await userEvent.click(screen.getByRole('button', { name: 'Accept 2 changes' }))

  expect(boxes.map((box) => [box.getAttribute('aria-label'), (box as HTMLInputElement).checked])).toEqual([
    ['Remove: ECG today.', true],
    ['Add: ECG now.', true],
    ['Remove: Rang the ward.', false],
  ])
  await waitFor(() =>
    expect(sent).toEqual([
      {
        path: '/suggestions/g1/accept',
        ifMatch: '"1"',
        body: { remove: ['s2'], take: ['n1'] },
      },
    ]),
  )
})

test('each line is ticked by itself, by keyboard too, and nothing ticked is nothing to accept', async () => {
  suggestions = [READY()]
  await open()

  for (const name of ['Remove: ECG today.', 'Add: ECG now.']) {
    const box = await screen.findByRole('checkbox', { name })
    box.focus()
    await userEvent.keyboard(' ')
  }
  const nothing = screen.getByRole('button', { name: 'Accept 0 changes' })
  expect(nothing).toHaveProperty('disabled', true)
  await userEvent.click(screen.getByRole('checkbox', { name: 'Remove: Rang the ward.' }))
  await userEvent.click(screen.getByRole('button', { name: 'Accept 1 change' }))

  await waitFor(() => expect(sent.at(-1)?.body).toEqual({ remove: ['s3'], take: [] }))
})

test('a new line shows where it comes from, and what was left out and why', async () => {
  suggestions = [
    {
      ...READY(),
      withheld: [aWithheld('plan', 'Warfarin 5 mg.', { problems: ['addressed_to_the_scribe'] })],
    },
  ]
  await open()

  await userEvent.click(await screen.findByRole('button', { name: 'Evidence at 1:01, Patient: an ECG' }))

  expect(actions.onPin).toHaveBeenCalledWith('n1', 0)
  expect(screen.getByText('It comes from words that were said to the scribe itself.')).toBeDefined()
})

test('where the note was changed meanwhile the comparison is made anew, and ticks stay', async () => {
  suggestions = [READY()]
  acceptAnswer = () => {
    note = { ...note, version: 2 }
    suggestions = [{ ...READY(), rows: READY().rows.slice(1) }]
    return json({ code: 'stale', message: 'Changed.', details: { version: 2 } }, 412)
  }
  await open()
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Remove: Rang the ward.' }))

  await userEvent.click(screen.getByRole('button', { name: 'Accept 3 changes' }))

  expect(await screen.findByText(/Look at the suggestion again/)).toBeDefined()
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Remove: ECG today.' })).toBeNull())
  acceptAnswer = () => json({ ...note, version: 3 })
  await userEvent.click(screen.getByRole('button', { name: 'Accept 2 changes' }))
  await waitFor(() =>
    expect(sent.at(-1)).toMatchObject({ ifMatch: '"2"', body: { remove: ['s3'], take: ['n1'] } }),
  )
})

test('a dismissed suggestion is gone, and the focus is on its section', async () => {
  suggestions = [READY()]
  await open()

  await userEvent.click(await screen.findByRole('button', { name: 'Dismiss' }))

  await waitFor(() => expect(screen.queryByRole('region', { name: 'Suggestion for Plan' })).toBeNull())
  expect(document.activeElement?.textContent).toBe('Plan')
})

test('what could not be written says why and can be tried again', async () => {
  const error = { error_code: 'llm_timeout', error_message: 'The language model did not answer in time.' }
  suggestions = [aSuggestion({ state: 'failed', rows: [], instruction: 'Shorter', ...error })]
  const queryClient = await open()

  expect(
    await screen.findByText(/No suggestion for Plan, “Shorter”\. The language model did not/),
  ).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))

  await waitFor(() => expect(sent.at(-1)?.body).toEqual({ instruction: 'Shorter' }))
  suggestions = [READY()]
  await queryClient.invalidateQueries({ queryKey: suggestionsOptions(note.consultation_id).queryKey })
  expect(await screen.findByText('A suggestion for Plan.')).toBeDefined()
})
