// @vitest-environment node
import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { aKey, anEntry, RECORDING_ID, sliceBlob, sliceBytes } from '../testing/a-recording'
import { FakeServer } from '../testing/fake-server'
import { openSlice } from './crypto'
import { IndexedDbJournal, NoJournal } from './journal'
import { Reel } from './reel'

let databases = 0

function openJournal(): Promise<IndexedDbJournal> {
  databases += 1
  return IndexedDbJournal.open(`reel-${databases}`)
}

async function aReel(journal: IndexedDbJournal, slices: number): Promise<Reel> {
  const reel = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
  const segment = reel.openSegment('audio/webm', 0)
  for (let slice = 0; slice < slices; slice += 1) reel.append(segment, sliceBlob(segment, slice), 1000)
  await reel.finish(slices * 1000)
  return reel
}

async function sendTo(server: FakeServer, reel: Reel, skip: number[] = []): Promise<void> {
  for (let next = await reel.next(); next; next = await reel.next()) {
    if (!skip.includes(next.plan.number)) await server.putChunk(next.plan, next.body)
  }
}

describe('the journal', () => {
  it('holds no audio that could be read without the key', async () => {
    const journal = await openJournal()
    await aReel(journal, 3)

    const [sealed] = await journal.readSlices(RECORDING_ID, 0, 2, 1)

    const plain = Buffer.from(sliceBytes(0, 2))
    expect(sealed && Buffer.from(sealed.body).includes(plain)).toBe(false)
    expect(JSON.stringify(await journal.list())).not.toContain('key')
  })

  it('opens a slice with the right key, in its own place, and nowhere else', async () => {
    const journal = await openJournal()
    await aReel(journal, 2)
    const [sealed] = await journal.readSlices(RECORDING_ID, 0, 1, 1)
    if (!sealed) throw new Error('nothing was saved')
    const place = { recordingId: RECORDING_ID, segment: 0, slice: 1 }

    expect([...(await openSlice(await aKey(), place, sealed))]).toEqual(sliceBytes(0, 1))
    await expect(openSlice(await aKey(2), place, sealed)).rejects.toThrow()
    await expect(openSlice(await aKey(), { ...place, slice: 0 }, sealed)).rejects.toThrow()
    await expect(openSlice(await aKey(), { ...place, recordingId: 'other' }, sealed)).rejects.toThrow()
  })

  it('keeps its key from being read by any script', async () => {
    await expect(crypto.subtle.exportKey('raw', await aKey())).rejects.toThrow()
  })

  it('asks the browser for strict durability in every write', async () => {
    const journal = await openJournal()
    const asked: unknown[] = []
    const original = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...call) {
      if (call[1] === 'readwrite') asked.push(call[2]?.durability)
      return original.apply(this, call)
    }

    await aReel(journal, 2)
    IDBDatabase.prototype.transaction = original

    expect(asked.length).toBeGreaterThan(2)
    expect(new Set(asked)).toEqual(new Set(['strict']))
  })
})

describe('a reel', () => {
  it('sends the first slice alone, then up to five together', async () => {
    const journal = await openJournal()
    const reel = await aReel(journal, 9)

    const counts: number[] = []
    for (let next = await reel.next(); next; next = await reel.next()) counts.push(next.plan.sliceCount)

    expect(counts).toEqual([1, 5, 3])
  })

  it('never coalesces differently after a crash', async () => {
    const journal = await openJournal()
    const server = new FakeServer()
    const first = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
    const segment = first.openSegment('audio/webm', 0)
    for (let slice = 0; slice < 10; slice += 1) {
      first.append(segment, sliceBlob(segment, slice), 1000)
      await new Promise((resolve) => {
        first.onChange = () => resolve(undefined)
      })
      // Chunk 1 is lost on its way; chunk 2, planned later, arrives.
      await sendTo(server, first, [1])
    }

    const entry = anEntry({ segments: [{ segment: 0, mime: 'audio/webm', offsetMs: 0 }] })
    const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)
    const outstanding = reel.outstanding().map((plan) => plan.number)
    await sendTo(server, reel)
    for (const plan of reel.outstanding()) {
      expect(await server.putChunk(plan, await reel.read(plan))).toMatchObject({ kind: 'done' })
    }
    await server.seal(reel.manifest(), false)

    expect(outstanding).toContain(1)
    expect(server.audioOf(0)).toEqual(Array.from({ length: 10 }, (_, slice) => sliceBytes(0, slice)).flat())
  })

  it('goes on from memory when the disk refuses, and says how much is at risk', async () => {
    const reel = Reel.create(new NoJournal(), await aKey(), anEntry(), 1_000_000)
    const segment = reel.openSegment('audio/webm', 0)
    for (let slice = 0; slice < 4; slice += 1) reel.append(segment, sliceBlob(segment, slice), 1000)
    await reel.finish(4000)
    const server = new FakeServer()

    await sendTo(server, reel)
    await server.seal(reel.manifest(), false)

    expect(reel.progress()).toMatchObject({ recordedMs: 4000, savedMs: 0, unsavedSlices: 4 })
    expect(server.audioOf(0)).toEqual([0, 1, 2, 3].flatMap((slice) => sliceBytes(0, slice)))
  })

  it('writes what waited in memory once the disk takes it again', async () => {
    const journal = await openJournal()
    let isFull = true
    const flaky = Object.assign(Object.create(journal), {
      addSlice: async (slice: Parameters<IndexedDbJournal['addSlice']>[0]) => {
        if (isFull) throw new DOMException('full', 'QuotaExceededError')
        await journal.addSlice(slice)
      },
    })
    const reel = Reel.create(flaky, await aKey(), anEntry(), 1_000_000)
    const segment = reel.openSegment('audio/webm', 0)
    reel.append(segment, sliceBlob(0, 0), 1000)
    reel.append(segment, sliceBlob(0, 1), 1000)
    await new Promise((resolve) => setTimeout(resolve))
    isFull = false
    reel.append(segment, sliceBlob(0, 2), 1000)
    await reel.finish(3000)

    expect((await journal.slices(RECORDING_ID)).map(({ slice }) => slice)).toEqual([0, 1, 2])
    expect(reel.progress()).toMatchObject({ savedMs: 3000, unsavedSlices: 0 })
  })

  it('keeps marked moments over a crash, and names them to the server', async () => {
    const journal = await openJournal()
    const first = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
    const segment = first.openSegment('audio/webm', 0)
    first.append(segment, sliceBlob(segment, 0), 1000)
    first.mark(412.7)
    first.mark(900)
    await first.setAside()

    const [entry] = await journal.list()
    if (!entry) throw new Error('nothing was saved')
    const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)

    expect(reel.manifest().marks).toEqual([413, 900])
  })

  it('keeps no more moments than a seal may list', async () => {
    const reel = Reel.create(await openJournal(), await aKey(), anEntry(), 1_000_000)

    for (let at = 0; at <= 1000; at += 1) reel.mark(at)

    expect(reel.manifest().marks).toHaveLength(1000)
  })

  it('takes up a journal from before there were marks', async () => {
    const journal = await openJournal()
    const reel = await Reel.resume(journal, await aKey(), anEntry(), 1_000_000)

    expect(reel.manifest().marks).toEqual([])
  })

  it('finds chunks again that were sent while the disk refused their plan', async () => {
    const journal = await openJournal()
    const unplanned = Object.assign(Object.create(journal), {
      writePlan: async () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    })
    const server = new FakeServer()
    const first = Reel.create(unplanned, await aKey(), anEntry(), 1_000_000)
    const segment = first.openSegment('audio/webm', 0)
    for (let slice = 0; slice < 4; slice += 1) first.append(segment, sliceBlob(segment, slice), 1000)
    await first.finish(4000)
    await sendTo(server, first)

    const [entry] = await journal.list()
    if (!entry) throw new Error('nothing was saved')
    const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)
    const held = await server.read()
    if (held.kind === 'done') await reel.reconcile(held.value.stored)

    expect(reel.outstanding()).toEqual([])
    expect(reel.isComplete()).toBe(true)
    expect(reel.manifest()).toEqual(first.manifest())
  })

  it('tells the length of a recording that never reached its end', async () => {
    const journal = await openJournal()
    await aReel(journal, 3)
    const entry = anEntry({ segments: [{ segment: 0, mime: 'audio/webm', offsetMs: 500 }] })

    const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)
    await sendTo(new FakeServer(), reel)

    expect(reel.manifest().wall_clock_ms).toBe(3500)
  })
})
