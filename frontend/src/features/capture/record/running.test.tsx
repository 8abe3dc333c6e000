import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp } from '~/test/render'
import { answerWith, json } from '~/test/server'
import { CaptureProvider } from '../CaptureProvider'
import { Capture } from '../capture'
import { DiscardButton } from './DiscardButton'
import { MarkMoment } from './MarkMoment'
import { WhoseRecording } from './WhoseRecording'

const RUNNING = { recordingId: 'r1', consultationId: 'k1', startedAt: 0, recordedMs: 65_000 }

function aRecording(consultation = aConsultation({ status: 'recording' })): Capture {
  const capture = new Capture()
  capture.store.patch({
    // Its present stint begins later, so that the recorded time stands still.
    recorder: { kind: 'recording', stintStartedAt: Number.POSITIVE_INFINITY, alarm: null, ...RUNNING },
    consultation,
  })
  return capture
}

function show(capture: Capture, element: React.ReactElement) {
  return renderApp(<CaptureProvider capture={capture}>{element}</CaptureProvider>)
}

const TEMPLATES = { 'GET /api/templates': () => json([{ key: 'soap', name: 'SOAP note', sections: [] }]) }

it('shows whose recording runs and into which note, without asking the server again', async () => {
  answerWith(TEMPLATES)
  show(aRecording(), <WhoseRecording />)

  expect(screen.getByText('Okafor, Ada')).toBeTruthy()
  expect(await screen.findByText('1968-02-11 · MRN-1 · SOAP note')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Change patient' })).toBeTruthy()
})

it('lets a patient be assigned while it runs', async () => {
  const unassigned = aConsultation({ status: 'recording', patient: null })
  answerWith({
    ...TEMPLATES,
    'GET /api/patients': () => json({ items: [aConsultation().patient] }),
    'PATCH /api/consultations/k1': () => json(aConsultation({ status: 'recording' })),
  })
  show(aRecording(unassigned), <WhoseRecording />)

  expect(screen.getByText('No patient yet')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Assign patient' }))
  await userEvent.type(await screen.findByRole('combobox', { name: 'Patient' }), 'oka')
  await userEvent.click(await screen.findByRole('option', { name: /Okafor/ }))

  expect(await screen.findByText('Okafor, Ada')).toBeTruthy()
})

it('marks the moment by key, says when, and marks nothing while it is paused', async () => {
  const capture = aRecording()
  const { unmount } = show(capture, <MarkMoment isRecording />)

  await userEvent.keyboard('m')
  await userEvent.click(screen.getByRole('button', { name: 'Mark moment' }))

  expect(screen.getByText('Marked 01:05, 01:05')).toBeTruthy()
  expect(screen.getByRole('status').textContent).toContain('2 in all')

  capture.store.patch({ recorder: { kind: 'paused', ...RUNNING } })
  await userEvent.keyboard('m')
  expect(capture.store.get().marks).toHaveLength(2)
  unmount()
})

it('marks once, however long the key is held on the button', async () => {
  const capture = aRecording()
  show(capture, <MarkMoment isRecording />)
  screen.getByRole('button', { name: 'Mark moment' }).focus()

  await userEvent.keyboard('{Enter>5/}')

  expect(capture.store.get().marks).toHaveLength(1)
})

it('does not show a moment that the recording keeps no more', async () => {
  const capture = aRecording()
  capture.store.patch({ marks: Array.from({ length: 1000 }, () => 1) })
  show(capture, <MarkMoment isRecording />)

  await userEvent.click(screen.getByRole('button', { name: 'Mark moment' }))

  expect(capture.store.get().marks).toHaveLength(1000)
  expect(capture.store.get().notice).toContain('No more moments can be marked')
})

it('discards only after a yes, and goes on recording until then', async () => {
  const capture = aRecording()
  const discard = vi.spyOn(capture, 'discard').mockResolvedValue()
  show(capture, <DiscardButton />)

  await userEvent.click(screen.getByRole('button', { name: 'Discard recording' }))
  await userEvent.keyboard('{Enter}')
  expect(discard).not.toHaveBeenCalled()
  expect(capture.recorderState.kind).toBe('recording')

  await userEvent.click(screen.getByRole('button', { name: 'Discard recording' }))
  await userEvent.click(screen.getByRole('button', { name: 'Discard for good' }))
  expect(discard).toHaveBeenCalledOnce()
})
