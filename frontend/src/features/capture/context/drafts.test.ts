import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerWith, json, problem } from '~/test/server'
import { draftOf, dropDraft, settleDraft } from './drafts'

const PUT = 'PUT /api/consultations/k1/context'
const SAVED = json.bind(null, { text: '', saved_at: '2026-11-23T10:42:00Z' })
const OFFLINE = () => problem(503, 'unavailable', 'Down.')
const draftOfK1 = () => draftOf('k1', () => undefined)
const mayLeave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  dropDraft('k1')
  vi.useRealTimers()
})

/** Typed and sent once; the server answers in turn, then takes all. */
async function typed(...answers: (() => Response)[]) {
  const sent = vi.fn()
  answerWith({
    [PUT]: () => {
      sent()
      return (answers.shift() ?? SAVED)()
    },
  })
  const draft = draftOfK1()
  draft.type('Looked pale')
  await vi.advanceTimersByTimeAsync(1000)
  return { draft, sent }
}

describe('the draft of what is typed beside a recording', () => {
  it('outlives its screen', async () => {
    const { draft } = await typed(OFFLINE)

    expect(draftOfK1()).toBe(draft)
  })

  it('is dropped with a recording that was given up: nothing is tried again, and nobody is kept here', async () => {
    const { draft, sent } = await typed(OFFLINE)

    dropDraft('k1')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(sent).toHaveBeenCalledOnce()
    expect(mayLeave()).toBe(true)
    expect(draftOfK1()).not.toBe(draft)
  })

  it('is dropped while its answer is still on the way', async () => {
    let answer: () => void = () => undefined
    answerWith({ [PUT]: () => new Promise((resolve) => (answer = () => resolve(OFFLINE()))) })
    draftOfK1().type('Looked pale')
    await vi.advanceTimersByTimeAsync(1000)

    dropDraft('k1')
    answer()
    await vi.advanceTimersByTimeAsync(1)

    expect(mayLeave()).toBe(true)
  })

  it('is dropped once its consultation is signed', async () => {
    const { draft } = await typed(() => problem(409, 'consultation_already_signed', 'It is signed.'))

    expect(draft.store.get().problem).toBe('It is signed.')
    expect(draftOfK1()).not.toBe(draft)
  })

  it('of a cancelled consultation is kept, and saved when that is brought back', async () => {
    const { draft, sent } = await typed(() => problem(409, 'consultation_cancelled', 'It was cancelled.'))
    const isKept = draftOfK1() === draft

    settleDraft('k1')
    await vi.advanceTimersByTimeAsync(1000)

    expect(isKept).toBe(true)
    expect(sent).toHaveBeenCalledTimes(2)
    expect(draft.store.get().save).toBe('saved')
  })

  it('that the server has is dropped when the recording is complete', async () => {
    const { draft } = await typed()

    settleDraft('k1')

    expect(draftOfK1()).not.toBe(draft)
  })
})
