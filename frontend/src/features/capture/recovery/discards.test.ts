// @vitest-environment node
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { IndexedDbJournal, NoJournal } from '../journal/journal'
import { Reel } from '../journal/reel'
import { aKey, anEntry, RECORDING_ID, sliceBlob } from '../testing/a-recording'
import { FakeServer } from '../testing/fake-server'
import { Outbox } from '../upload/outbox'
import type { Reply } from '../upload/transport'
import { Discards } from './discards'
import { Recovery } from './recovery'

const DONE: Reply<null> = { kind: 'done', value: null }
const NO_ANSWER: Reply<null> = { kind: 'later', isOffline: true, afterMs: null }
const TOO_LATE: Reply<null> = { kind: 'refused', code: 'cannot_cancel', message: 'No.', missing: [] }
const GIVEN_UP = anEntry({ state: 'discarded' })

let journals = 0
const openJournal = () => IndexedDbJournal.open(`discards-${++journals}`)

// Locks are the browser's; without them each page has its own way.
beforeEach(() => vi.stubGlobal('navigator', {}))

/** Two slices of a recording that its page has left behind as given up. */
async function aJournal() {
  const journal = await openJournal()
  const reel = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
  const segment = reel.openSegment('audio/webm', 0)
  for (const slice of [0, 1]) reel.append(segment, sliceBlob(segment, slice), 1000)
  await reel.discard()
  return journal
}

function aRecovery(journal: IndexedDbJournal | NoJournal, replies: Reply<null>[]) {
  const asked: string[] = []
  const cancel = async (consultationId: string): Promise<Reply<null>> => {
    asked.push(consultationId)
    return replies.shift() ?? DONE
  }
  const ready = Promise.resolve(journal)
  const outbox = new Outbox(() => undefined)
  return { recovery: new Recovery(ready, outbox, new Discards(ready, cancel)), outbox, asked }
}

describe('a discarded recording', () => {
  it('stays on this device until the server has said that it is cancelled', async () => {
    const journal = await aJournal()
    let before: unknown[] = []
    const cancel = async () => {
      before = await journal.slices(RECORDING_ID)
      return DONE
    }

    await new Discards(Promise.resolve(journal), cancel).settle(GIVEN_UP)

    expect(before).toHaveLength(2)
    expect(await journal.slices(RECORDING_ID)).toEqual([])
    expect(await journal.list()).toEqual([])
  })

  it('is deleted only when nothing writes to it any more', async () => {
    const journal = await aJournal()
    let end: () => void = () => undefined
    const still = new Promise<void>((resolve) => {
      end = resolve
    })
    const settled = new Discards(Promise.resolve(journal), async () => DONE).settle(GIVEN_UP, still)

    await new Promise((resolve) => setImmediate(resolve))
    const before = await journal.list()
    end()
    await settled

    expect(before).toHaveLength(1)
    expect(await journal.list()).toEqual([])
  })

  it('is never sent again, and told to the server by the next page', async () => {
    const journal = await aJournal()
    const { recovery, outbox, asked } = aRecovery(journal, [])

    await recovery.look(GIVEN_UP.doctorId)

    expect(asked).toEqual([GIVEN_UP.consultationId])
    expect(outbox.list()).toEqual([])
    expect(recovery.store.get().leftovers).toEqual([])
    expect(await journal.list()).toEqual([])
  })

  it('of which nothing was caught yet is told to the server all the same', async () => {
    const journal = await openJournal()
    await journal.saveEntry(GIVEN_UP)
    const { recovery, asked } = aRecovery(journal, [])

    await recovery.look(GIVEN_UP.doctorId)

    expect(asked).toHaveLength(1)
  })

  it('is listed while the server does not answer, and goes when it does', async () => {
    const journal = await aJournal()
    const { recovery, asked } = aRecovery(journal, [NO_ANSWER])

    await recovery.giveUp(GIVEN_UP)
    const [waiting] = recovery.store.get().leftovers
    recovery.hurry()
    await vi.waitFor(() => expect(recovery.store.get().leftovers).toEqual([]))

    expect(waiting).toMatchObject({ mayDelete: false, entry: { state: 'discarded' } })
    expect(waiting?.problem).toContain('cannot be reached')
    expect(asked).toHaveLength(2)
    expect(await journal.list()).toEqual([])
  })

  it('is not forgotten by a browser without storage while the server does not answer', async () => {
    const { recovery } = aRecovery(new NoJournal(), [NO_ANSWER, NO_ANSWER])

    await recovery.giveUp(GIVEN_UP)
    await recovery.look(GIVEN_UP.doctorId)

    expect(recovery.store.get().leftovers).toHaveLength(1)
  })

  it('that the server had closed already is kept here until its doctor deletes it', async () => {
    const journal = await aJournal()
    const { recovery } = aRecovery(journal, [TOO_LATE])

    const isTold = await recovery.giveUp(GIVEN_UP)
    const [left] = recovery.store.get().leftovers
    const kept = await journal.slices(RECORDING_ID)
    await recovery.discard(RECORDING_ID)

    expect(isTold).toBe(false)
    expect(left).toMatchObject({ mayDelete: true })
    expect(kept).toHaveLength(2)
    expect(recovery.store.get().leftovers).toEqual([])
    expect(await journal.list()).toEqual([])
  })

  it('that the server has refused to cancel is not asked for again, as its doctor may have kept it since', async () => {
    const journal = await aJournal()
    const { recovery, asked } = aRecovery(journal, [TOO_LATE])

    await recovery.look(GIVEN_UP.doctorId)
    recovery.hurry()
    await recovery.look(GIVEN_UP.doctorId)

    expect(asked).toHaveLength(1)
    expect(recovery.store.get().leftovers).toMatchObject([{ mayDelete: true }])
    expect(await journal.slices(RECORDING_ID)).toHaveLength(2)
  })
})

describe('sending', () => {
  it('ends with the discard: what was planned is not sent, and nothing is sealed', async () => {
    const journal = await openJournal()
    const reel = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
    const server = new FakeServer()
    const outbox = new Outbox(() => undefined)
    let isReleased = false
    const about = { consultationId: 'c1', source: 'capture', startedAt: 0 } as const
    const wake = outbox.send(about, reel, server, {
      isRecovery: false,
      onDone: () => {
        isReleased = true
      },
    })
    reel.onChange = wake

    await outbox.discard(RECORDING_ID)
    const segment = reel.openSegment('audio/webm', 0)
    reel.append(segment, sliceBlob(segment, 0), 1000)
    await reel.finish(1000)

    expect(isReleased).toBe(true)
    expect(outbox.list()).toEqual([])
    expect(server.requests).toBe(0)
  })
})
