import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import type { Schema } from '~/api/client'
import { SESSION_KEY } from '~/api/session'
import { aSession } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { answerWith, json } from '~/test/server'
import { YourWording } from './YourWording'

type Wording = Schema<'WritingPreferenceRead'>

const PT: Wording = {
  id: 'w1',
  instead_of: 'patient',
  write: 'pt',
  state: 'active',
  notes: 2,
  changed_at: '2026-11-23T10:00:00Z',
}
const ROOT = '/api/account/writing-preferences'

function open(routes: Parameters<typeof answerWith>[0]) {
  const fetch = answerWith(routes)
  const queryClient = testQueryClient()
  queryClient.setQueryData(SESSION_KEY, aSession())
  renderApp(<YourWording />, queryClient)
  return fetch
}

test('each wording says what it changes and how many notes it was learned from', async () => {
  open({ [`GET ${ROOT}`]: () => json([PT]) })

  expect(await screen.findByText('“pt” instead of “patient”')).toBeTruthy()
  expect(screen.getByText('learned from 2 notes')).toBeTruthy()
})

test('nothing learned is said in words', async () => {
  open({ [`GET ${ROOT}`]: () => json([]) })

  expect(await screen.findByText('Nothing is learned yet.')).toBeTruthy()
})

test('a removed wording leaves the list, stays known as removed, and can be used again', async () => {
  open({
    [`GET ${ROOT}`]: () => json([PT]),
    [`DELETE ${ROOT}/w1`]: () => json([{ ...PT, state: 'removed' }]),
    [`POST ${ROOT}/w1/restore`]: () => json([PT]),
  })

  await userEvent.click(await screen.findByRole('button', { name: 'Remove: “pt” instead of “patient”' }))
  expect(await screen.findByText('Nothing is learned yet.')).toBeTruthy()
  expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Learned wordings' }))
  await userEvent.click(screen.getByText('Removed, and not learned again (1)'))
  await userEvent.click(screen.getByRole('button', { name: /^Use again/ }))

  expect(await screen.findByRole('button', { name: /^Remove:/ })).toBeTruthy()
})

test('one switch turns all of it off', async () => {
  const sent: unknown[] = []
  open({
    [`GET ${ROOT}`]: () => json([PT]),
    'PUT /api/account/preferences': async (request) => {
      sent.push(await request.json())
      return json({})
    },
  })

  await userEvent.click(screen.getByRole('switch', { name: /^Use my wording/ }))

  expect(sent).toMatchObject([{ learned_wordings: false }])
})
