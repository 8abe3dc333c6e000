import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { renderApp } from '~/test/render'
import { json, problem } from '~/test/server'
import type { DocumentSentence, PatientDocument } from '../model/types'
import { anEvidence, aWithheld } from '../testing/builders'
import { DocumentPane } from './DocumentPane'
import { useDocuments, useWriting } from './use-documents'

// A machine under load may be slow; none of these tests is about time.
vi.setConfig({ testTimeout: 30_000 })

const REST: DocumentSentence = {
  id: 's1',
  text: 'Rest well.',
  origin: 'ai',
  author_name: null,
  is_framing: false,
  sources: [
    { id: 'n1', place: 'Plan', text: 'Advised: rest well.', evidence: [anEvidence({ quote: 'Rest well.' })] },
  ],
}
const GREETING: DocumentSentence = {
  ...REST,
  id: 's0',
  text: 'Dear Ada Okafor,',
  is_framing: true,
  sources: [],
}

let paper: PatientDocument
let mayEdit: boolean
let refuseWriting: boolean
let numberOf = 0
const sent: { method: string; path: string; ifMatch: string | null; body: unknown }[] = []

function aDocument(given: Partial<PatientDocument> = {}): PatientDocument {
  return {
    // Typed words outlive a screen, so each test has a document of its own.
    consultation_id: `k${numberOf}`,
    kind: 'patient_letter',
    name: 'Patient letter',
    version: 1,
    source: 'ai',
    drafter: 'extractive-1',
    saved_at: '2026-11-23T10:42:00Z',
    awaits_model: false,
    is_outdated: false,
    approved_by_name: null,
    approved_at: null,
    sections: [
      { key: 'opening', title: 'Opening', sentences: [GREETING] },
      { key: 'plan', title: 'What happens next', sentences: [REST] },
      { key: 'added', title: 'Added after your visit', sentences: [] },
    ],
    notices: [],
    withheld: [],
    ...given,
  }
}

async function answer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.split('/patient-documents')[1] ?? ''
  if (request.method === 'GET') {
    if (path.endsWith('/versions')) return json([])
    return json({ refusal: null, may_edit: mayEdit, documents: [paper] })
  }
  const text = await request.text()
  const body = text === '' ? null : JSON.parse(text)
  sent.push({ method: request.method, path, ifMatch: request.headers.get('if-match'), body })
  if (path === '/patient_letter' && refuseWriting && !body.replace_human_edits) {
    return problem(409, 'document_has_human_edits', 'Someone has edited this document.')
  }
  paper = { ...paper, version: paper.version + (request.method === 'PUT' ? 1 : 0) }
  if (path.endsWith('/approve')) {
    paper = { ...paper, approved_by_name: 'Dr Min Lee', approved_at: '2026-11-23T11:00:00Z' }
  }
  if (path.endsWith('/reopen')) {
    paper = { ...paper, approved_by_name: null, approved_at: null }
  }
  return json(paper)
}

function Screen() {
  const { data } = useDocuments(paper.consultation_id)
  const writing = useWriting(paper.consultation_id, 'patient_letter')
  const shown = data?.documents[0]
  if (data === undefined || shown === undefined) return null
  return <DocumentPane document={shown} mayEdit={data.may_edit} writing={writing} timeZone="UTC" />
}

async function open(given: Partial<PatientDocument> = {}) {
  paper = aDocument(given)
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => answer(new Request(input, init)))
  renderApp(<Screen />)
  return screen.findByRole('region', { name: 'Patient letter' })
}

beforeEach(() => {
  numberOf += 1
  mayEdit = true
  refuseWriting = false
  sent.length = 0
})

test('a sentence shows what of the note it rests on, and fixed words say that they are', async () => {
  const letter = await open()

  await userEvent.click(within(letter).getByText('From Plan'))

  expect(within(letter).getByText('Plan: Advised: rest well.')).toBeTruthy()
  expect(within(letter).getByText('fixed words')).toBeTruthy()
})

test('what is typed saves itself over the version that was read', async () => {
  const letter = await open()

  await userEvent.click(within(letter).getByRole('button', { name: 'Edit What happens next' }))
  await userEvent.type(within(letter).getByRole('textbox'), ' Drink water.')

  await waitFor(() =>
    expect(sent).toMatchObject([
      {
        method: 'PUT',
        path: '/patient_letter/sections/plan',
        ifMatch: '"1"',
        body: { text: 'Rest well. Drink water.' },
      },
    ]),
  )
})

test('approving sends the version that was read, and the words can no longer be edited', async () => {
  const letter = await open()

  await userEvent.click(within(letter).getByRole('button', { name: 'Approve' }))

  expect(await within(letter).findByText(/^Approved by Dr Min Lee/)).toBeTruthy()
  expect(sent).toMatchObject([{ path: '/patient_letter/approve', ifMatch: '"1"' }])
  expect(within(letter).queryByRole('button', { name: /^Edit What/ })).toBeNull()
  expect(within(letter).getByRole('link', { name: 'Download PDF' })).toBeTruthy()
})

test('an approved document that is out of date is opened again before it is written again', async () => {
  const approved = { approved_by_name: 'Dr Min Lee', approved_at: '2026-11-23T11:00:00Z' }
  const letter = await open({ ...approved, is_outdated: true })

  expect(within(letter).queryByRole('button', { name: 'Write again' })).toBeNull()
  expect(within(letter).getByRole('alert').textContent).toMatch(/Press “Edit again”/)

  await userEvent.click(within(letter).getByRole('button', { name: 'Edit again' }))

  expect(await within(letter).findByRole('button', { name: 'Write again' })).toBeTruthy()
  expect(sent).toMatchObject([{ path: '/patient_letter/reopen', ifMatch: '"1"' }])
})

test("a person's words are replaced only after a yes", async () => {
  refuseWriting = true
  const letter = await open()

  await userEvent.click(within(letter).getByRole('button', { name: 'Write again' }))
  const ask = await within(letter).findByRole('alert')
  await userEvent.click(within(ask).getByRole('button', { name: 'Write again' }))

  await waitFor(() =>
    expect(sent.map(({ body }) => body)).toEqual([
      { replace_human_edits: false },
      { replace_human_edits: true },
    ]),
  )
})

test('out of date, written without the model, and left out: each is said', async () => {
  const letter = await open({
    is_outdated: true,
    notices: [{ code: 'llm_not_used', message: 'This was written without the language model.' }],
    withheld: [aWithheld('plan', 'Take 20 mg.', { problems: ['number'] })],
  })

  expect(within(letter).getByRole('alert').textContent).toMatch(/^Out of date/)
  expect(within(letter).getByText('This was written without the language model.')).toBeTruthy()
  expect(within(letter).getByText('Left out: no source found (1)')).toBeTruthy()
})

test('who may only look is offered no change', async () => {
  mayEdit = false
  const letter = await open()

  expect(within(letter).queryAllByRole('button')).toEqual([])
  expect(within(letter).getByRole('link', { name: 'Draft PDF' })).toBeTruthy()
})
