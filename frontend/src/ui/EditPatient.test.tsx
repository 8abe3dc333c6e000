import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { EditPatient } from './EditPatient'
import { PatientForm } from './PatientForm'
import { PatientPicker } from './PatientPicker'

const { patient } = aConsultation()
if (patient === null) throw new Error('the fixture has a patient')
// What somebody else has corrected since the list was loaded.
const onServer = { ...patient, birth_date: '1968-02-12' }
const taken = () => problem(409, 'identifier_taken', 'Another patient has this record number.')

function shown(onSaved = vi.fn()) {
  const queryClient = testQueryClient()
  renderApp(
    <EditPatient patientId="p1" onSaved={onSaved} onCancel={vi.fn()} cancelLabel="Cancel" />,
    queryClient,
  )
  return { onSaved, queryClient }
}

test('a patient is corrected as they stand on the server, and only what was changed is sent', async () => {
  let sent: unknown
  answerWith({
    'GET /api/patients/p1': () => json(onServer),
    'PATCH /api/patients/p1': async (request) => {
      sent = await request.json()
      return json({ ...onServer, family_name: 'Okafor-Lee', identifier: null })
    },
  })
  const { onSaved, queryClient } = shown()
  const list = ['get', '/api/consultations', { params: {} }]
  queryClient.setQueryData(list, { pages: [] })

  const family = await screen.findByRole('textbox', { name: 'Family name' })
  expect(screen.getByLabelText('Date of birth (optional)')).toHaveProperty('value', '1968-02-12')
  await userEvent.clear(family)
  await userEvent.type(family, 'Okafor-Lee ')
  await userEvent.clear(screen.getByRole('textbox', { name: /Record number/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Save changes' }))

  await waitFor(() => expect(onSaved).toHaveBeenCalledOnce())
  expect(sent).toEqual({ family_name: 'Okafor-Lee', identifier: null })
  expect(queryClient.getQueryState(list)?.isInvalidated).toBe(true)
})

test('a record number that another patient has is said at its field', async () => {
  answerWith({ 'GET /api/patients/p1': () => json(onServer), 'PATCH /api/patients/p1': taken })
  const { onSaved } = shown()

  const number = await screen.findByRole('textbox', { name: /Record number/ })
  await userEvent.clear(number)
  await userEvent.type(number, 'MRN-2{Enter}')

  await screen.findByText('Another patient has this record number.')
  expect(number.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(number)
  expect(screen.queryByRole('alert')).toBeNull()
  expect(onSaved).not.toHaveBeenCalled()
})

test('a new patient’s taken record number is said at its field too', async () => {
  answerWith({ 'POST /api/patients': taken })
  renderApp(<PatientForm patient={null} onSaved={vi.fn()} onCancel={vi.fn()} cancelLabel="Back" />)

  await userEvent.type(screen.getByRole('textbox', { name: 'Given name' }), 'Ada')
  await userEvent.type(screen.getByRole('textbox', { name: 'Family name' }), 'Lovelace')
  await userEvent.type(screen.getByRole('textbox', { name: /Record number/ }), 'MRN-1{Enter}')

  await screen.findByText('Another patient has this record number.')
})

test('saving what was not changed asks the server for nothing', async () => {
  const fetch = answerWith({ 'GET /api/patients/p1': () => json(onServer) })
  const { onSaved } = shown()

  await userEvent.click(await screen.findByRole('button', { name: 'Save changes' }))

  await waitFor(() => expect(onSaved).toHaveBeenCalledWith(onServer))
  expect(fetch).toHaveBeenCalledOnce()
})

test('the chosen patient can be corrected where they were chosen', async () => {
  const onChange = vi.fn()
  answerWith({
    'GET /api/patients': () => json({ items: [patient] }),
    'GET /api/patients/p1': () => json(onServer),
    'PATCH /api/patients/p1': () => json({ ...onServer, given_name: 'Adaeze' }),
  })
  renderApp(<PatientPicker value={patient} onChange={onChange} mayWait />)

  await userEvent.click(screen.getByRole('button', { name: 'Edit patient' }))
  const given = await screen.findByRole('textbox', { name: 'Given name' })
  await userEvent.type(given, 'eze{Enter}')

  await waitFor(() => expect(onChange).toHaveBeenCalledWith({ ...onServer, given_name: 'Adaeze' }))
})
