import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type DraftEvent,
  type Drafts,
  hasUnsaved,
  nextToSend,
  noDrafts,
  reduce,
  retryDelayMs,
} from './autosave'
import { NoteDrafts, type SaveOutcome, TYPING_PAUSE_MS } from './note-drafts'
import { type Held, normalised } from './section-text'

const held = (version: number, texts: Record<string, string>): Held => ({
  version,
  savedAt: `v${version}`,
  texts,
})
const START = held(1, { s: 'old line', p: 'plan' })
const steps = (...events: DraftEvent[]): Drafts => events.reduce(reduce, noDrafts(START))

const typing: DraftEvent[] = [
  { kind: 'opened', section: 's', base: 'old line' },
  { kind: 'typed', section: 's', text: 'my line' },
]

describe('the machine', () => {
  test('typing waits, then is due, then goes out, then is saved', () => {
    const due = steps(...typing, { kind: 'due', section: 's' })
    expect(nextToSend(due)).toBe('s')

    const sent = reduce(due, { kind: 'sending', section: 's' })
    expect(nextToSend(sent)).toBeNull()

    const saved = reduce(sent, { kind: 'answered', section: 's', held: held(2, { s: 'my line', p: 'plan' }) })
    expect(saved.sections.s?.save).toEqual({ kind: 'saved' })
    expect([saved.version, hasUnsaved(saved)]).toEqual([2, false])
  })

  test('words typed while a save is under way are sent next', () => {
    const drafts = steps(
      ...typing,
      { kind: 'due', section: 's' },
      { kind: 'sending', section: 's' },
      { kind: 'typed', section: 's', text: 'my line and more' },
      { kind: 'answered', section: 's', held: held(2, { s: 'my line', p: 'plan' }) },
    )

    expect(drafts.sections.s).toMatchObject({
      text: 'my line and more',
      base: 'my line',
      save: { kind: 'waiting' },
    })
  })

  test('typing the old words again leaves nothing to save', () => {
    expect(hasUnsaved(steps(...typing, { kind: 'typed', section: 's', text: 'old line\n' }))).toBe(false)
  })

  test('someone else saving another section is no conflict', () => {
    const drafts = steps(
      ...typing,
      { kind: 'due', section: 's' },
      { kind: 'sending', section: 's' },
      { kind: 'stale', section: 's', held: held(5, { s: 'old line', p: 'their plan' }) },
    )

    expect(drafts.version).toBe(5)
    expect(nextToSend(drafts)).toBe('s')
  })

  test('someone else saving the same section shows both, and either choice loses nothing', () => {
    const drafts = steps(
      ...typing,
      { kind: 'due', section: 's' },
      { kind: 'sending', section: 's' },
      { kind: 'stale', section: 's', held: held(5, { s: 'their line', p: 'plan' }) },
    )
    expect(drafts.sections.s).toMatchObject({
      text: 'my line',
      save: { kind: 'conflict', theirs: 'their line' },
    })

    const mine = reduce(drafts, { kind: 'kept-mine', section: 's' })
    expect([nextToSend(mine), mine.sections.s?.base]).toEqual(['s', 'their line'])

    const theirs = reduce(drafts, { kind: 'took-theirs', section: 's' })
    expect(theirs.setAside).toEqual({ s: 'my line' })
    const back = reduce(theirs, { kind: 'brought-back', section: 's', text: 'my line', base: 'their line' })
    expect(back.sections.s).toMatchObject({ text: 'my line', open: true, save: { kind: 'waiting' } })
  })

  test('a note that changed underneath typed words is a conflict even before the save', () => {
    const drafts = steps(...typing, { kind: 'held', held: held(2, { s: 'their line', p: 'plan' }) })

    expect(drafts.sections.s?.save).toEqual({ kind: 'conflict', theirs: 'their line' })
  })

  test('an answer that arrives late does not put an older version in place', () => {
    const drafts = steps(
      { kind: 'held', held: held(3, START.texts) },
      { kind: 'held', held: held(2, START.texts) },
    )

    expect(drafts.version).toBe(3)
  })

  test('a lost connection is tried again, later each time, at most every 30 s', () => {
    let drafts = steps(...typing)
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      drafts = [
        { kind: 'due', section: 's' },
        { kind: 'sending', section: 's' },
      ].reduce((state, event) => reduce(state, event as DraftEvent), drafts)
      drafts = reduce(drafts, { kind: 'failed', section: 's', message: 'offline' })
      expect(drafts.sections.s?.save).toMatchObject({ kind: 'retrying', attempt })
    }
    expect([1, 2, 3, 99].map(retryDelayMs)).toEqual([1000, 2000, 4000, 30_000])
  })

  test('leaving a section sends it at once, and forgets it when it is saved', () => {
    const closed = steps(...typing, { kind: 'closed', section: 's' })
    expect(nextToSend(closed)).toBe('s')

    const saved = reduce(reduce(closed, { kind: 'sending', section: 's' }), {
      kind: 'answered',
      section: 's',
      held: held(2, { s: 'my line', p: 'plan' }),
    })
    expect(saved.sections).toEqual({})
  })

  test('whatever happens, typed words are on the server, in the draft, or set aside', () => {
    const text = fc.constantFrom('old line', 'mine', 'mine\nmore', 'theirs')
    const event = fc.oneof(
      text.map((typed) => ({ kind: 'typed', text: typed }) as const),
      fc
        .constantFrom('due', 'sending', 'ok', 'stale', 'failed', 'closed', 'kept-mine', 'took-theirs')
        .map((kind) => ({ kind }) as const),
      text.map((theirs) => ({ kind: 'other', theirs }) as const),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let server = START
        let last = 'old line'
        let drafts = reduce(noDrafts(START), { kind: 'opened', section: 's', base: 'old line' })
        const apply = (next: DraftEvent): void => {
          drafts = reduce(drafts, next)
        }
        for (const step of events) {
          const draft = drafts.sections.s
          if (draft === undefined) break
          if (step.kind === 'typed') {
            last = step.text
            apply({ kind: 'typed', section: 's', text: step.text })
          } else if (step.kind === 'other') {
            server = held(server.version + 1, { s: step.theirs, p: 'plan' })
            apply({ kind: 'held', held: server })
            if (drafts.sections.s?.save.kind === 'saved') last = step.theirs
          } else if (step.kind === 'ok' || step.kind === 'stale') {
            if (draft.save.kind !== 'saving') continue
            if (step.kind === 'ok') {
              server = held(server.version + 1, { s: normalised(draft.save.sent), p: 'plan' })
              apply({ kind: 'answered', section: 's', held: server })
            } else {
              apply({ kind: 'stale', section: 's', held: server })
            }
          } else if (step.kind === 'failed') {
            if (draft.save.kind === 'saving') apply({ kind: 'failed', section: 's', message: 'offline' })
          } else {
            apply({ kind: step.kind, section: 's' })
          }
          const kept = [drafts.sections.s?.text, drafts.setAside.s, server.texts.s].map((one) =>
            normalised(one ?? ''),
          )
          expect(kept).toContain(normalised(last))
          const now = drafts.sections.s
          if (now?.save.kind === 'saved') expect(normalised(now.text)).toBe(normalised(now.base))
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the store around it', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('sends 800 ms after the last key, once', async () => {
    const save = vi.fn(
      async (): Promise<SaveOutcome> => ({ kind: 'saved', held: held(2, { s: 'my', p: 'plan' }) }),
    )
    const drafts = new NoteDrafts(START, save)
    drafts.dispatch({ kind: 'opened', section: 's', base: 'old line' })

    drafts.dispatch({ kind: 'typed', section: 's', text: 'm' })
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1)
    drafts.dispatch({ kind: 'typed', section: 's', text: 'my' })
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1)
    expect(save).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)

    expect(save.mock.calls).toEqual([['s', 'my', 1]])
    expect(hasUnsaved(drafts.snapshot())).toBe(false)
  })

  test('two sections go out one after the other, each over the newest version', async () => {
    let version = 1
    const save = vi.fn(async (section: string, text: string): Promise<SaveOutcome> => {
      version += 1
      return { kind: 'saved', held: held(version, { ...START.texts, s: 'my', [section]: text }) }
    })
    const drafts = new NoteDrafts(START, save)
    for (const section of ['s', 'p'])
      drafts.dispatch({ kind: 'opened', section, base: START.texts[section] ?? '' })
    drafts.dispatch({ kind: 'typed', section: 's', text: 'my' })
    drafts.dispatch({ kind: 'typed', section: 'p', text: 'my plan' })

    expect(await drafts.settled()).toBe(true)

    expect(save.mock.calls).toEqual([
      ['s', 'my', 1],
      ['p', 'my plan', 2],
    ])
  })

  test('goes on trying while there is no network, and says before signing that words are unsaved', async () => {
    const outcomes: SaveOutcome[] = [
      { kind: 'failed', message: 'offline' },
      { kind: 'failed', message: 'offline' },
      { kind: 'saved', held: held(2, { s: 'my', p: 'plan' }) },
    ]
    const save = vi.fn(
      async (): Promise<SaveOutcome> => outcomes.shift() ?? { kind: 'failed', message: 'offline' },
    )
    const drafts = new NoteDrafts(START, save)
    drafts.dispatch({ kind: 'opened', section: 's', base: 'old line' })
    drafts.dispatch({ kind: 'typed', section: 's', text: 'my' })

    expect(await drafts.settled()).toBe(false)
    await vi.advanceTimersByTimeAsync(10_000)

    expect(save).toHaveBeenCalledTimes(3)
    expect(hasUnsaved(drafts.snapshot())).toBe(false)
  })
})
