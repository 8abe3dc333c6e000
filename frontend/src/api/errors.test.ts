import { describe, expect, it } from 'vitest'
import { answerWith, json, problem } from '~/test/server'
import { client } from './client'
import { ApiError, hasCode, toProblem } from './errors'
import { onSessionSignal } from './session-signals'

const failure = (): Promise<unknown> =>
  client.GET('/api/users').then(
    () => null,
    (error: unknown) => error,
  )

describe('a failed call', () => {
  it('rejects with the code, the words and the request id of the server', async () => {
    answerWith({ 'GET /api/users': () => problem(403, 'not_allowed', 'Your role does not allow this.') })

    const error = await failure()

    expect(error).toBeInstanceOf(ApiError)
    expect(hasCode(error, 'not_allowed')).toBe(true)
    expect(toProblem(error)).toMatchObject({ message: 'Your role does not allow this.', requestId: 'req-1' })
  })

  it('stays readable when a proxy answers with a page', async () => {
    answerWith({
      'GET /api/users': () =>
        new Response('<h1>502</h1>', { status: 502, headers: { 'x-request-id': 'edge-7' } }),
    })

    expect(toProblem(await failure())).toMatchObject({ code: 'unreadable_answer', requestId: 'edge-7' })
  })

  it('says so when there is no network', async () => {
    answerWith({ 'GET /api/users': () => Promise.reject(new TypeError('Failed to fetch')) })

    expect(toProblem(await failure()).code).toBe('offline')
  })

  it('signals a refused session, and no session for a refused sign-in', async () => {
    const signals: string[] = []
    const stop = onSessionSignal((signal) => signals.push(signal))
    const answers = ['session_locked', 'not_signed_in', 'sign_in_refused'].map((code) =>
      problem(401, code, 'No.'),
    )
    answerWith({ 'GET /api/users': () => answers.shift() ?? json([]) })

    await failure()
    await failure()
    await failure()
    stop()

    expect(signals).toEqual(['locked', 'ended'])
  })
})
