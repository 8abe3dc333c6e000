import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canStart, isLive, type RecorderEvent, type RecorderState, recordedMs, reduce } from './machine'

const started: RecorderEvent = {
  type: 'started',
  at: 1000,
  recordingId: 'r',
  consultationId: 'c',
  startedAt: 1_795_000_000_000,
}

function stateAfter(...events: RecorderEvent[]): RecorderState {
  return events.reduce(reduce, { kind: 'idle' })
}

describe('the recorder', () => {
  it('counts recorded time without the pauses', () => {
    const state = stateAfter(
      { type: 'start' },
      started,
      { type: 'pause', at: 5000 },
      { type: 'resume', at: 60_000 },
    )

    expect(recordedMs(state, 61_500)).toBe(5500)
  })

  it('goes from the red button to sealed', () => {
    const state = stateAfter(
      { type: 'start' },
      started,
      { type: 'finish', at: 9000 },
      { type: 'stopped' },
      { type: 'sealed', recordingId: 'r' },
    )

    expect(state).toMatchObject({ kind: 'sealed', consultationId: 'c', recordedMs: 8000 })
  })

  it('finishes from a pause with the time of the pause', () => {
    expect(
      stateAfter({ type: 'start' }, started, { type: 'pause', at: 3000 }, { type: 'finish', at: 90_000 }),
    ).toMatchObject({ kind: 'stopping', recordedMs: 2000 })
  })

  it('is empty again once it was discarded, and can be discarded only while it runs', () => {
    const discarding = stateAfter({ type: 'start' }, started, { type: 'discard', at: 4000 })
    const finished = stateAfter({ type: 'start' }, started, { type: 'finish', at: 2000 })

    expect(discarding).toMatchObject({ kind: 'discarding', consultationId: 'c', recordedMs: 3000 })
    expect(canStart(discarding)).toBe(false)
    expect(reduce(discarding, { type: 'discarded' })).toEqual({ kind: 'idle' })
    expect(reduce(finished, { type: 'discard', at: 3000 })).toBe(finished)
  })

  it('is not sealed by another recording that is recovered meanwhile', () => {
    const state = stateAfter({ type: 'start' }, started, { type: 'finish', at: 2000 }, { type: 'stopped' })

    expect(reduce(state, { type: 'sealed', recordingId: 'older' })).toBe(state)
  })

  it('takes a new start while the one before is still being sent, never while one runs', () => {
    const running = stateAfter({ type: 'start' }, started)

    expect(reduce(running, { type: 'start' })).toBe(running)
    expect(
      canStart(stateAfter({ type: 'start' }, started, { type: 'finish', at: 2 }, { type: 'stopped' })),
    ).toBe(true)
  })

  it('is dismissed only when nothing would be forgotten, whatever the events', () => {
    const event = fc.constantFrom<RecorderEvent>(
      { type: 'start' },
      started,
      { type: 'refused', code: 'x', message: 'x' },
      { type: 'pause', at: 2000 },
      { type: 'resume', at: 3000 },
      { type: 'alarm', alarm: 'muted' },
      { type: 'alarm', alarm: null },
      { type: 'finish', at: 4000 },
      { type: 'stopped' },
      { type: 'sealed', recordingId: 'r' },
      { type: 'discard', at: 5000 },
      { type: 'discarded' },
      { type: 'dismiss' },
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let state: RecorderState = { kind: 'idle' }
        for (const next of events) {
          const before: RecorderState = state
          state = reduce(before, next)
          // A live recording ends only by its doctor's word, and never by a failure.
          const ending = next.type === 'discard' ? 'discarding' : 'stopping'
          if (isLive(before) && !isLive(state)) expect(state.kind).toBe(ending)
          if (before.kind === 'stopping' && state !== before) expect(state.kind).toBe('sending')
          expect(recordedMs(state, 10_000)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
