import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { AssignPatient } from './AssignPatient'

const ada = aConsultation().patient
const found = (request: Request) =>
  json({ items: new URL(request.url).searchParams.get('q') === 'oka' ? [ada] : [] })

afterEach(() => vi.restoreAllMocks())

test('choosing a patient by keyboard assigns them and closes the dialog', async () => {
  const onClose = vi.fn()
  let assigned: unknown
  answerWith({
    'GET /api/patients': found,
    'PATCH /api/consultations/k1': async (request) => {
      assigned = await request.json()
      return json(aConsultation())
    },
  })
  renderApp(<AssignPatient consultationId="k1" onClose={onClose} />)

  await userEvent.type(await screen.findByRole('combobox', { name: 'Patient' }), 'oka')
  await screen.findByRole('option', { name: 'Okafor, Ada (1968-02-11, MRN-1)' })
  await userEvent.keyboard('{ArrowDown}{Enter}')

  await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
  expect(assigned).toEqual({ patient_id: 'p1' })
})

test('a patient who was not found is added and assigned', async () => {
  const onClose = vi.fn()
  let added: unknown
  answerWith({
    'GET /api/patients': found,
    'POST /api/patients': async (request) => {
      added = await request.json()
      return json({ ...ada, id: 'p2' }, 201)
    },
    'PATCH /api/consultations/k1': () => json(aConsultation()),
  })
  renderApp(<AssignPatient consultationId="k1" onClose={onClose} />)

  await userEvent.click(await screen.findByRole('button', { name: 'New patient' }))
  await userEvent.type(screen.getByRole('textbox', { name: 'Given name' }), 'Ada')
  await userEvent.type(screen.getByRole('textbox', { name: 'Family name' }), 'Lovelace')
  await userEvent.click(screen.getByRole('button', { name: 'Add patient' }))

  await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
  expect(added).toMatchObject({ given_name: 'Ada', family_name: 'Lovelace', gender: 'unknown' })
})

test('a refusal is said and the dialog stays', async () => {
  const onClose = vi.fn()
  answerWith({
    'GET /api/patients': found,
    'PATCH /api/consultations/k1': () => problem(409, 'already_signed', 'The note is signed.'),
  })
  renderApp(<AssignPatient consultationId="k1" onClose={onClose} />)

  await userEvent.type(await screen.findByRole('combobox', { name: 'Patient' }), 'oka')
  await userEvent.click(await screen.findByRole('option', { name: /Okafor/ }))

  expect((await screen.findByRole('alert')).textContent).toContain('The note is signed.')
  expect(onClose).not.toHaveBeenCalled()
})
