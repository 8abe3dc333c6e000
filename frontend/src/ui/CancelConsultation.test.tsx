import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { CancelConsultation } from './CancelConsultation'
import { type Here, HereContext } from './here'

const PERMITTED = { ...aConsultation().permissions, cancel: true }
const CANCEL = 'POST /api/consultations/k1/cancel'

function aRow(here: Here | null, permissions = PERMITTED) {
  const dropCancelled = vi.fn()
  const recordings = new Map(here === null ? [] : [['k1', here]])
  renderApp(
    <HereContext value={{ recordings, dropCancelled }}>
      <CancelConsultation consultation={aConsultation({ status: 'recording', permissions })} />
    </HereContext>,
  )
  return dropCancelled
}

test('it asks first, and the focus is on the answer that keeps it', async () => {
  const fetch = answerWith({})
  const dropCancelled = aRow(null)

  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Keep it' }))
  await userEvent.keyboard('{Escape}')

  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel consultation' }))
  expect(fetch).not.toHaveBeenCalled()
  expect(dropCancelled).not.toHaveBeenCalled()
})

test('what is here of it goes only after the server has cancelled', async () => {
  let answer: (response: Response) => void = () => undefined
  answerWith({
    [CANCEL]: () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  })
  const dropCancelled = aRow({ kind: 'kept', sent: null })

  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))
  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))
  expect(dropCancelled).not.toHaveBeenCalled()
  answer(json(aConsultation({ status: 'cancelled' })))

  await waitFor(() => expect(dropCancelled).toHaveBeenCalledWith('k1'))
})

test.each([
  ['which this device knows nothing of', null, true],
  ['whose audio is on this device', { kind: 'kept', sent: null } as const, false],
])('of a recording %s it says whether that may still run elsewhere', async (_, here, isSaid) => {
  aRow(here)

  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))

  const question = screen.getByRole('group', { name: 'Cancel this consultation for good?' })
  expect(question.textContent?.includes('may still be recording in another tab')).toBe(isSaid)
})

test('a refusal is said, and nothing goes', async () => {
  answerWith({ [CANCEL]: () => problem(409, 'cannot_cancel', 'Only a recording can be cancelled.') })
  const dropCancelled = aRow({ kind: 'kept', sent: null })

  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))
  await userEvent.click(screen.getByRole('button', { name: 'Cancel consultation' }))

  expect((await screen.findByRole('alert')).textContent).toContain('Only a recording')
  expect(dropCancelled).not.toHaveBeenCalled()
})

test.each([
  ['is recorded on this device', { kind: 'recording', sent: null } as const, PERMITTED],
  ['the server would refuse to cancel', null, { ...PERMITTED, cancel: false }],
])('there is no such button for what %s', (_, here, permissions) => {
  aRow(here, permissions)

  expect(screen.queryByRole('button')).toBeNull()
})
