import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SESSION_KEY } from '~/api/session'
import { signalSession } from '~/api/session-signals'
import { aSession, aUser } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { LockOverlay } from './LockOverlay'
import { useSessionGuard } from './use-session-guard'

afterEach(() => vi.useRealTimers())

function Guarded() {
  const guard = useSessionGuard()
  return (
    <>
      {/* Uncontrolled: a remount would lose what is typed. */}
      <input aria-label="note" />
      {guard.state !== 'open' && (
        <LockOverlay state={guard.state} onReopen={guard.reopen} onSignOut={vi.fn()} />
      )}
    </>
  )
}

function open(change = {}) {
  const queryClient = testQueryClient()
  queryClient.setQueryData(SESSION_KEY, aSession(change))
  return renderApp(<Guarded />, queryClient)
}

const password = () => screen.getByLabelText('Password', { selector: 'input' })

describe('the lock', () => {
  it('comes when the server says the session is locked, and goes with the password, the page kept', async () => {
    answerWith({ 'POST /api/session/unlock': () => json(aSession()) })
    open()
    await userEvent.type(screen.getByLabelText('note'), 'half a sentence')

    signalSession('locked')
    await userEvent.type(
      await screen.findByLabelText('Password', { selector: 'input' }),
      'my password{Enter}',
    )

    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(screen.getByLabelText('note')).toHaveProperty('value', 'half a sentence')
  })

  it('stays after a wrong password and says so', async () => {
    answerWith({
      'POST /api/session/unlock': () => problem(403, 'wrong_password', 'That is not your password.'),
    })
    open({ locked: true })

    await userEvent.type(password(), 'not it{Enter}')

    expect((await screen.findByRole('alert')).textContent).toBe('That is not your password.')
    expect(screen.getByRole('dialog', { name: 'Locked' })).toBeTruthy()
  })

  it('asks for a new sign-in of the same person once the session has ended', async () => {
    answerWith({ 'POST /api/session': () => json(aSession()) })
    open()

    signalSession('ended')
    signalSession('locked')
    await screen.findByRole('dialog', { name: 'Sign in again' })
    expect(screen.getByLabelText('Email')).toHaveProperty('value', aUser().email)
    await userEvent.type(password(), 'my password{Enter}')

    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('comes by itself without input, and tells the server', async () => {
    vi.useFakeTimers()
    const lock = vi.fn(() => new Response(null, { status: 204 }))
    answerWith({ 'POST /api/session/lock': lock })
    open({ idle_seconds: 60 })

    await act(() => vi.advanceTimersByTimeAsync(60_000))

    expect(screen.getByRole('dialog', { name: 'Locked' })).toBeTruthy()
    expect(lock).toHaveBeenCalledOnce()
  })

  it('is told to the server as soon as there is a network again, and once', async () => {
    vi.useFakeTimers()
    const lock = vi
      .fn(() => new Response(null, { status: 204 }))
      .mockImplementationOnce(() => {
        throw new TypeError('no network')
      })
    answerWith({ 'POST /api/session/lock': lock })
    open({ idle_seconds: 60 })
    await act(() => vi.advanceTimersByTimeAsync(60_000))

    for (let times = 0; times < 2; times += 1) {
      window.dispatchEvent(new Event('online'))
      await act(() => vi.advanceTimersByTimeAsync(0))
    }

    expect(lock).toHaveBeenCalledTimes(2)
  })
})
