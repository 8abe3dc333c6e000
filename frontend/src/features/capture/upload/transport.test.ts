import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff'
import { chunkLength, MAX_SLICES } from './chunk-length'
import { classify } from './transport'

describe('an answer of the server', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', (status) => {
    expect(classify(status, {}, null).kind).toBe('later')
  })

  it('is waited for as long as it says', () => {
    expect(classify(503, {}, '7')).toEqual({ kind: 'later', isOffline: false, afterMs: 7000 })
  })

  it.each([400, 403, 404, 409, 413, 415, 422])('%i is a refusal with words', (status) => {
    const reply = classify(status, {}, null)

    expect(reply.kind).toBe('refused')
    expect(reply.kind === 'refused' && reply.message.length).toBeGreaterThan(10)
  })

  it('keeps the server’s own code and words, and what it misses', () => {
    const details = { missing: [[0, 2], [1, 0], 'junk'] }

    expect(
      classify(409, { code: 'recording_incomplete', message: 'Some is missing.', details }, null),
    ).toEqual({
      kind: 'refused',
      code: 'recording_incomplete',
      message: 'Some is missing.',
      missing: [
        [0, 2],
        [1, 0],
      ],
    })
  })

  it('that tells of damage on the way is no refusal', () => {
    expect(classify(422, { code: 'chunk_hash_mismatch' }, null).kind).toBe('later')
    expect(classify(409, { code: 'recording_changed' }, null).kind).toBe('later')
  })
})

describe('waiting', () => {
  it('grows to half a minute, never ends, and never comes in step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, luck) => {
          const ms = backoffMs(attempt, () => luck)
          expect(ms).toBeGreaterThanOrEqual(250)
          expect(ms).toBeLessThanOrEqual(30_000)
        },
      ),
    )
    expect(backoffMs(1, () => 0)).not.toBe(backoffMs(1, () => 0.9))
  })
})

describe('a chunk', () => {
  it('takes one to five slices, within the limit, and everything once its segment is closed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        (sizes, isFirst, isClosed) => {
          const pending = sizes.map((size, slice) => ({ segment: 0, slice, size, durationMs: 1000 }))
          const count = chunkLength(pending, { isFirst, isClosed, maxBytes: 8000 })
          expect(count).toBeLessThanOrEqual(Math.min(MAX_SLICES, sizes.length))
          if (sizes.length > 0 && (isClosed || isFirst)) expect(count).toBeGreaterThan(0)
          const bytes = sizes.slice(0, count).reduce((sum, size) => sum + size, 0)
          if (count > 1) expect(bytes).toBeLessThanOrEqual(8000)
        },
      ),
    )
  })
})
