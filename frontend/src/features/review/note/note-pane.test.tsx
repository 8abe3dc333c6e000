import { cleanup, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp } from '~/test/render'
import { json } from '~/test/server'
import { EvidenceContext, EvidenceStore } from '../evidence/evidence-store'
import type { Note } from '../model/types'
import { useNote } from '../queries'
import { aNote, anEvidence, aSentence, aWithheld } from '../testing/builders'
import { copyFocusedSection } from './copy-focused-section'
import { hasUnsavedWords, useNoteDrafts } from './kept-drafts'
import { NotePane } from './NotePane'
import type { SentenceActions } from './SentenceRow'

// A machine under load may be slow; none of these tests is about time.
vi.setConfig({ testTimeout: 30_000 })

let server: Note
let refuse: number | null
const sent: { ifMatch: string | null; text: string }[] = []
let consultations = 0

const actions: SentenceActions = { speakerOf: () => 'Patient', onPin: vi.fn(), onPlay: vi.fn() }

async function fakeServer(request: Request): Promise<Response> {
  if (request.method === 'GET') return json(server)
  const { text } = await request.json()
  sent.push({ ifMatch: request.headers.get('if-match'), text })
  if (refuse !== null) return json({ code: 'unavailable', message: 'Try again in a moment.' }, refuse)
  if (request.headers.get('if-match') !== `"${server.version}"`)
    return json({ code: 'stale', message: 'Someone changed this in the meantime.' }, 412)
  server = withPlan(text.split('\n'))
  return json(server)
}

function withPlan(lines: string[]): Note {
  const sections = server.sections.map((section) =>
    section.key === 'plan'
      ? { ...section, sentences: lines.map((line, index) => aSentence(`n${server.version}${index}`, line)) }
      : section,
  )
  return { ...server, version: server.version + 1, sections }
}

function Screen() {
  const consultation = aConsultation({ id: server.consultation_id })
  const note = useNote(consultation).data ?? null
  const typed = useNoteDrafts(note)
  if (note === null || typed === null) return null
  return (
    <NotePane consultation={consultation} note={note} {...typed} actions={actions} timeZone="Europe/London" />
  )
}

beforeEach(() => {
  consultations += 1
  server = aNote({ consultation_id: `note-pane-${consultations}` })
  refuse = null
  sent.length = 0
  vi.stubGlobal('fetch', vi.fn(fakeServer))
})
afterEach(() => vi.unstubAllGlobals())

function show(): void {
  renderApp(
    <EvidenceContext value={new EvidenceStore()}>
      <Screen />
    </EvidenceContext>,
  )
}

async function open(): Promise<void> {
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Edit Plan' }))
}

test('typed words are saved over the version that was read', async () => {
  await open()

  await userEvent.keyboard('{Enter}Review in a week.')

  await waitFor(() => expect(sent).toEqual([{ ifMatch: '"1"', text: 'ECG today.\nReview in a week.' }]), {
    timeout: 10_000,
  })
  await waitFor(() => expect(hasUnsavedWords()).toBe(false))
})

test('a section that someone else changed shows both versions, and one can save both', async () => {
  await open()
  server = withPlan(['ECG tomorrow.'])
  await userEvent.keyboard('{Enter}Review in a week.')

  await userEvent.click(await screen.findByRole('button', { name: 'Keep both' }, { timeout: 10_000 }))

  await waitFor(() =>
    expect(sent.at(-1)).toEqual({ ifMatch: '"2"', text: 'ECG tomorrow.\nECG today.\nReview in a week.' }),
  )
  await waitFor(() => expect(hasUnsavedWords()).toBe(false))
})

test('words that cannot be saved stay in their box, are said to be unsaved, and go out later', async () => {
  refuse = 503
  await open()
  await userEvent.keyboard(' Troponin too.')

  expect(await screen.findByText(/Not saved yet, trying again/, {}, { timeout: 10_000 })).toBeDefined()
  expect(screen.getByRole('textbox', { name: /^Plan/ })).toHaveProperty('value', 'ECG today. Troponin too.')
  expect(hasUnsavedWords()).toBe(true)

  refuse = null
  window.dispatchEvent(new Event('online'))
  await waitFor(() => expect(hasUnsavedWords()).toBe(false), { timeout: 10_000 })
  expect(server.sections[1]?.sentences[0]?.text).toBe('ECG today. Troponin too.')
})

test('each sentence says where it is from: links by name, and marks in words', async () => {
  const sentences = [
    aSentence('a', 'Tight chest.', { evidence: [anEvidence({ start_ms: 139_000, quote: 'tight here' })] }),
    aSentence('b', 'Restart aspirin.'),
    aSentence('c', 'Stopped aspirin.', { origin: 'edited', source_changed: true, evidence: [anEvidence()] }),
    aSentence('d', 'Rang the ward.', { origin: 'added', author_name: 'Dr Lee' }),
  ]
  server = { ...server, sections: [{ key: 'plan', title: 'Plan', required: true, sentences }] }
  show()

  const link = await screen.findByRole('button', { name: 'Evidence at 2:19, Patient: tight here' })
  const said = screen.getAllByRole('listitem').map((row) => row.textContent)
  await userEvent.click(link)

  expect(said[1]).toContain('No source found')
  expect(said[2]).toContain('edited')
  expect(said[2]).toContain('source changed')
  expect(said[3]).toContain('added by Dr Lee')
  expect(said[3]).not.toContain('No source')
  expect(actions.onPin).toHaveBeenCalledWith('a', 0)
})

test('the section that has the focus is copied by its own button, and none where none has', async () => {
  const copied: string[] = []
  renderApp(
    <EvidenceContext value={new EvidenceStore()}>
      <Screen />
    </EvidenceContext>,
  )
  const button = await screen.findByRole('button', { name: 'Copy Plan' })
  button.addEventListener('click', () => copied.push('plan'))

  expect(copyFocusedSection()).toBe(false)
  screen.getByRole('heading', { name: 'Plan' }).focus()
  expect(copyFocusedSection()).toBe(true)

  expect(copied).toEqual(['plan'])
})

test('what was left out can be added by keyboard as one’s own words, and saves itself', async () => {
  const withheld = [
    aWithheld('plan', 'Start warfarin 5 mg.', { problems: ['number', 'unit'] }),
    aWithheld('plan', 'Refer to cardiology.'),
  ]
  server = { ...server, withheld }
  show()
  const summary = await screen.findByText('Left out: no source found (2)')
  await userEvent.click(summary)

  screen.getByRole('button', { name: 'Add anyway: Start warfarin 5 mg.' }).focus()
  await userEvent.keyboard('{Enter}')

  expect(screen.getByText('Left out: no source found (1)')).toBe(document.activeElement)
  await waitFor(() => expect(sent).toEqual([{ ifMatch: '"1"', text: 'ECG today.\nStart warfarin 5 mg.' }]))
  await waitFor(() => expect(hasUnsavedWords()).toBe(false))

  await userEvent.click(screen.getByRole('button', { name: 'Add anyway: Refer to cardiology.' }))

  expect(screen.queryByText(/Left out/)).toBeNull()
  expect(document.activeElement?.textContent).toBe('Plan')
  await waitFor(() =>
    expect(sent.at(-1)).toEqual({
      ifMatch: '"2"',
      text: 'ECG today.\nStart warfarin 5 mg.\nRefer to cardiology.',
    }),
  )
  await waitFor(() => expect(screen.queryByRole('textbox')).toBeNull())
})

test('added to words that are not saved yet, it joins them', async () => {
  server = { ...server, withheld: [aWithheld('plan', 'Refer to cardiology.')] }
  refuse = 503
  await open()
  await userEvent.keyboard('{Enter}Rest.')

  await userEvent.click(screen.getByText(/Left out/))
  await userEvent.click(screen.getByRole('button', { name: /^Add anyway/ }))
  refuse = null
  window.dispatchEvent(new Event('online'))

  await waitFor(() => expect(hasUnsavedWords()).toBe(false), { timeout: 10_000 })
  expect(sent.at(-1)?.text).toBe('ECG today.\nRest.\nRefer to cardiology.')
})

test('a draft says how it was made and what it left out; a signed note says neither', async () => {
  const notices = [{ code: 'quotes_only', message: 'This draft quotes every turn.' }]
  server = { ...server, notices, withheld: [aWithheld('plan', 'Refer to cardiology.')] }
  show()
  expect(await screen.findByRole('list', { name: 'About this draft' })).toHaveProperty(
    'textContent',
    'This draft quotes every turn.',
  )
  expect(screen.getByText(/Left out/)).toBeDefined()

  cleanup()
  server = { ...server, consultation_id: `${server.consultation_id}-signed`, state: 'signed' }
  show()

  await screen.findByRole('heading', { name: 'Plan' })
  expect(screen.queryByText(/Left out|quotes every turn/)).toBeNull()
})
