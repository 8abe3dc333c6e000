import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerWith, json, problem } from '~/test/server'
import { ContextDraft } from './context-draft'

const PUT = 'PUT /api/consultations/k1/context'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A server that keeps what it is sent; `answers` come first, one for each save. */
function aServer(answers: (() => Response | Promise<Response>)[] = []) {
  const sent: string[] = []
  answerWith({
    [PUT]: async (request) => {
      const { text } = await request.json()
      sent.push(text)
      return answers.shift()?.() ?? json({ text, saved_at: '2026-11-23T10:42:00Z' })
    },
  })
  return sent
}

async function pass(ms: number) {
  await vi.advanceTimersByTimeAsync(ms)
}

describe('what is typed beside a recording', () => {
  it('is saved once after the last key, and told', async () => {
    const sent = aServer()
    const saved = vi.fn()
    const draft = new ContextDraft('k1', saved)

    draft.type('Look')
    await pass(500)
    draft.type('Looked pale')
    await pass(5000)

    expect(sent).toEqual(['Looked pale'])
    expect(draft.store.get()).toEqual({ text: 'Looked pale', save: 'saved', problem: null })
    expect(saved).toHaveBeenCalledExactlyOnceWith({ text: 'Looked pale', saved_at: '2026-11-23T10:42:00Z' })
  })

  it('is never overtaken by an older text: the next save waits for the answer', async () => {
    let answer: () => void = () => undefined
    const slow = new Promise<Response>((resolve) => {
      answer = () => resolve(json({ text: 'one', saved_at: '2026-11-23T10:42:00Z' }))
    })
    const sent = aServer([() => slow])
    const draft = new ContextDraft('k1', () => undefined)

    draft.type('one')
    await pass(1000)
    draft.type('one two')
    await pass(5000)
    expect(sent).toEqual(['one'])
    answer()
    await pass(5000)

    expect(sent).toEqual(['one', 'one two'])
    expect(draft.store.get().save).toBe('saved')
  })

  it('is tried again until the server has it, and the page asks before it is closed', async () => {
    const leave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
    const sent = aServer([
      () => problem(503, 'unavailable', 'Down.'),
      () => problem(401, 'locked', 'Locked.'),
    ])
    const draft = new ContextDraft('k1', () => undefined)

    draft.type('Looked pale')
    await pass(1000)
    const retrying = draft.store.get().save
    const mayLeaveBefore = leave()
    await pass(20_000)

    expect(retrying).toBe('retrying')
    expect(sent).toHaveLength(3)
    expect(draft.store.get().save).toBe('saved')
    expect([mayLeaveBefore, leave()]).toEqual([false, true])
  })

  it('that the server refuses stays, with its words, is not sent again by itself, and keeps nobody here', async () => {
    const sent = aServer([() => problem(409, 'consultation_cancelled', 'It was cancelled.')])
    const draft = new ContextDraft('k1', () => undefined)

    draft.type('Looked pale')
    await pass(60_000)

    expect(sent).toHaveLength(1)
    expect(draft.store.get()).toEqual({ text: 'Looked pale', save: 'refused', problem: 'It was cancelled.' })
    expect(window.dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(true)
  })

  it('is saved at once when its screen goes away', async () => {
    const sent = aServer()
    const draft = new ContextDraft('k1', () => undefined)

    draft.type('Looked pale')
    draft.flush()
    await pass(0)

    expect(sent).toEqual(['Looked pale'])
  })
})
