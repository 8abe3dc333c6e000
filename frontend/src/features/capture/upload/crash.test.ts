// @vitest-environment node
import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IndexedDbJournal, type JournalStore } from '../journal/journal'
import { Reel } from '../journal/reel'
import { aKey, anEntry, immediately, RECORDING_ID, sliceBlob, sliceBytes } from '../testing/a-recording'
import { FakeServer, type Fault, tick } from '../testing/fake-server'
import { Life, MortalJournal, MortalTransport } from '../testing/mortal-page'
import type { Transport } from './transport'
import { Uploader } from './uploader'

const faults = fc.array(
  fc.constantFrom<Fault>('none', 'lost_request', 'lost_answer', 'busy', 'unauthorized', 'slow', 'damaged'),
  { maxLength: 30 },
)
const segments = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })

let databases = 0

async function openJournal(): Promise<IndexedDbJournal> {
  databases += 1
  return IndexedDbJournal.open(`crash-${databases}`)
}

/** Resolves when sealed; rejects when the uploader gives up, which no fault in this file may cause. */
function upload(reel: Reel, transport: Transport, isRecovery: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const uploader = new Uploader(reel, transport, {
      isRecovery,
      timer: immediately,
      random: () => 0.5,
      onState: ({ phase, problem }) => {
        if (phase === 'stopped') reject(new Error(`stopped: ${JSON.stringify(problem)}`))
      },
    })
    reel.onChange = () => uploader.wake()
    void uploader.run().then(resolve)
  })
}

/** Record all slices, giving way now and then so that saving and sending interleave. */
async function record(journal: JournalStore, transport: Transport, counts: number[]): Promise<void> {
  const reel = Reel.create(journal, await aKey(), anEntry(), 1_000_000)
  const done = upload(reel, transport, false)
  for (const [index, count] of counts.entries()) {
    const segment = reel.openSegment('audio/webm', index * 10_000)
    for (let slice = 0; slice < count; slice += 1) {
      reel.append(segment, sliceBlob(segment, slice), 1000)
      if (slice % 2 === 0) await tick()
    }
    reel.closeSegment(segment)
  }
  await reel.finish(counts.length * 10_000)
  await done
}

/** What a new page does with what it finds, until the server has sealed. */
async function recover(journal: IndexedDbJournal, server: FakeServer): Promise<void> {
  const entry = (await journal.list())[0]
  if (!entry) return
  const reel = await Reel.resume(journal, await aKey(), entry, 1_000_000)
  await upload(reel, server, true)
}

function expectPrefix(server: FakeServer, segment: number, count: number): number {
  const audio = server.audioOf(segment)
  let bytes: number[] = []
  let slice = 0
  while (bytes.length < audio.length && slice < count) {
    bytes = [...bytes, ...sliceBytes(segment, slice)]
    slice += 1
  }
  expect(audio).toEqual(bytes)
  return slice
}

describe('a recording', () => {
  it('arrives whole, in order and once, whatever the network does', async () => {
    await fc.assert(
      fc.asyncProperty(segments, faults, async (counts, script) => {
        const journal = await openJournal()
        const server = new FakeServer(script)

        await record(journal, server, counts)

        expect(counts.map((count, segment) => expectPrefix(server, segment, count))).toEqual(counts)
        expect(await journal.list()).toEqual([])
        expect(await journal.slices(RECORDING_ID)).toEqual([])
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('survives its page dying between or within any two steps: what was saved arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        segments,
        faults,
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        faults,
        async (counts, script, steps, landsAtDeath, laterScript) => {
          const journal = await openJournal()
          const life = new Life(steps)
          const mortal = new MortalJournal(journal, life, landsAtDeath)
          const server = new FakeServer([...script])
          await Promise.race([
            record(mortal, new MortalTransport(server, life, landsAtDeath), counts),
            life.ended,
          ])

          const calm = new FakeServer(laterScript)
          for (const [key, chunk] of server.chunks) calm.chunks.set(key, chunk)
          calm.sealedWith = server.sealedWith
          await recover(journal, calm)

          const arrived = counts.map((count, segment) => expectPrefix(calm, segment, count))
          for (const { segment, slice } of mortal.saved) expect(arrived[segment]).toBeGreaterThan(slice)
          expect(await journal.slices(RECORDING_ID)).toEqual([])
        },
      ),
      { numRuns: 120 },
    )
  }, 120_000)

  it('survives dying again and again while it is being recovered', async () => {
    await fc.assert(
      fc.asyncProperty(
        segments,
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
        async (counts, deaths) => {
          const journal = await openJournal()
          const server = new FakeServer()
          const life = new Life(40)
          const mortal = new MortalJournal(journal, life, true)
          await Promise.race([record(mortal, new MortalTransport(server, life, false), counts), life.ended])

          for (const steps of deaths) {
            const entry = (await journal.list())[0]
            if (!entry) break
            const short = new Life(steps)
            const reel = await Reel.resume(
              new MortalJournal(journal, short, false),
              await aKey(),
              entry,
              1_000_000,
            )
            const done = upload(reel, new MortalTransport(server, short, true), true)
            await Promise.race([done, short.ended])
          }
          await recover(journal, server)

          const arrived = counts.map((count, segment) => expectPrefix(server, segment, count))
          for (const { segment, slice } of mortal.saved) expect(arrived[segment]).toBeGreaterThan(slice)
        },
      ),
      { numRuns: 60 },
    )
  }, 120_000)
})
