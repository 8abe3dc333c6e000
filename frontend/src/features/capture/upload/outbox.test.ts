// @vitest-environment node
import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { IndexedDbJournal, type JournalStore, NoJournal } from '../journal/journal'
import { Reel } from '../journal/reel'
import { aKey, anEntry, RECORDING_ID, sliceBlob } from '../testing/a-recording'
import { FakeServer } from '../testing/fake-server'
import { type Delivery, Outbox } from './outbox'
import type { Reply } from './transport'

const ABOUT = { consultationId: 'c1', source: 'capture', startedAt: 0 } as const

class Refusing extends FakeServer {
  override async putChunk(): Promise<Reply<never>> {
    return { kind: 'refused', code: 'chunk_conflict', message: 'It holds something else.', missing: [] }
  }
}

/** A finished recording of two slices, given to a server that takes none of it. */
async function refusedDelivery(journal: JournalStore) {
  const reel = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
  const segment = reel.openSegment('audio/webm', 0)
  for (const slice of [0, 1]) reel.append(segment, sliceBlob(segment, slice), 1000)
  await reel.finish(2000)
  const seen: Delivery[] = []
  let isReleased = false
  const stopped = new Promise<Outbox>((resolve) => {
    const outbox = new Outbox((delivery) => {
      seen.push(delivery)
      if (delivery.state.phase === 'stopped') resolve(outbox)
    })
    outbox.send(ABOUT, reel, new Refusing(), {
      isRecovery: false,
      onDone: () => {
        isReleased = true
      },
    })
  })
  const outbox = await stopped
  return { outbox, seen, isReleased: () => isReleased }
}

describe('a delivery that the server refuses', () => {
  it('can be set aside: no longer sent, all of it still on this device, free for who takes it up', async () => {
    const journal = await IndexedDbJournal.open('outbox-1')
    const { outbox, isReleased } = await refusedDelivery(journal)

    const isAside = await outbox.setAside(RECORDING_ID)

    expect(isAside).toBe(true)
    expect(outbox.list()).toEqual([])
    expect(isReleased()).toBe(true)
    expect((await journal.list()).map(({ state }) => state)).toEqual(['set_aside'])
    expect(await journal.slices(RECORDING_ID)).toHaveLength(2)
  })

  it('stays where it is while only this page holds its audio', async () => {
    const { outbox } = await refusedDelivery(new NoJournal())

    const isAside = await outbox.setAside(RECORDING_ID)

    expect(isAside).toBe(false)
    expect(outbox.list()).toHaveLength(1)
  })

  it('can be taken up again and then arrives whole', async () => {
    const journal = await IndexedDbJournal.open('outbox-2')
    const { outbox } = await refusedDelivery(journal)
    await outbox.setAside(RECORDING_ID)
    const [entry = anEntry()] = await journal.list()
    const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)
    const server = new FakeServer()

    await new Promise<void>((resolve) => {
      const second = new Outbox(() => undefined)
      second.send(ABOUT, reel, server, { isRecovery: true, onDone: resolve })
    })

    expect(server.sealedWith?.segments).toHaveLength(1)
    expect(await journal.list()).toEqual([])
  })
})
