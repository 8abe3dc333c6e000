import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { SESSION_KEY } from '~/api/session'
import { aConsultation, aSession, aUser } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { answerWith, json } from '~/test/server'
import { ContextPanel } from './ContextPanel'

const CONTEXT = 'GET /api/consultations/k1/context'

function asUser(id: string) {
  const queryClient = testQueryClient()
  queryClient.setQueryData(SESSION_KEY, aSession({ user: aUser({ id }) }))
  return renderApp(<ContextPanel consultation={aConsultation()} />, queryClient)
}

test('the doctor finds what they typed, to copy it', async () => {
  answerWith({ [CONTEXT]: () => json({ text: 'Looked pale.\nWife came along.', saved_at: null }) })
  asUser('u1')

  expect(await screen.findByText(/Looked pale/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Copy the context' })).toBeTruthy()
})

test('there is nothing where nothing was typed', async () => {
  const fetch = answerWith({ [CONTEXT]: () => json({ text: ' \n', saved_at: null }) })
  const { container } = asUser('u1')

  await waitFor(() => expect(fetch).toHaveBeenCalledOnce())
  expect(container.querySelector('details')).toBeNull()
})

test('nobody else asks for it', () => {
  const fetch = answerWith({})
  asUser('an-admin')

  expect(fetch).not.toHaveBeenCalled()
})
