import type { Bytes } from '../journal/crypto'
import type { JournalStore } from '../journal/journal'
import type { ChunkPlan, JournalEntry, Seal, SealedSlice, SliceRef } from '../journal/types'
import type { HeldRecording, Receipt, Reply, Transport } from '../upload/transport'

/** The life of one page: after so many steps it is gone, in the middle of whatever it was doing. */
export class Life {
  private end: () => void = () => undefined
  readonly ended = new Promise<'ended'>((resolve) => {
    this.end = () => resolve('ended')
  })

  constructor(private stepsLeft: number) {}

  /** Do one step. The last one is done or not, as `landsAtDeath` has it, and never answers. */
  async step<Value>(act: () => Promise<Value>, landsAtDeath: boolean): Promise<Value> {
    if (this.stepsLeft < 0) return never()
    this.stepsLeft -= 1
    if (this.stepsLeft >= 0) {
      const value = await act()
      return this.stepsLeft < 0 ? never() : value
    }
    if (landsAtDeath) await act()
    this.end()
    return never()
  }
}

/** A journal whose page dies between, or within, its writes. */
export class MortalJournal implements JournalStore {
  /** Slices of which the page learned that they are safe. */
  readonly saved: SliceRef[] = []

  constructor(
    private readonly inner: JournalStore,
    private readonly life: Life,
    private readonly landsAtDeath: boolean,
  ) {}

  saveEntry = (entry: JournalEntry) => this.live(() => this.inner.saveEntry(entry))
  addSlice = async (slice: SealedSlice): Promise<void> => {
    await this.live(() => this.inner.addSlice(slice))
    this.saved.push(slice)
  }
  writePlan = (recordingId: string, plan: ChunkPlan) =>
    this.live(() => this.inner.writePlan(recordingId, plan))
  forget = (recordingId: string) => this.live(() => this.inner.forget(recordingId))
  list = () => this.inner.list()
  slices = (recordingId: string) => this.inner.slices(recordingId)
  readSlices = (recordingId: string, segment: number, first: number, count: number) =>
    this.inner.readSlices(recordingId, segment, first, count)
  plans = (recordingId: string) => this.inner.plans(recordingId)

  private live<Value>(act: () => Promise<Value>): Promise<Value> {
    return this.life.step(act, this.landsAtDeath)
  }
}

/** A network whose page dies before or after the server has acted. */
export class MortalTransport implements Transport {
  constructor(
    private readonly inner: Transport,
    private readonly life: Life,
    private readonly landsAtDeath: boolean,
  ) {}

  putChunk = (plan: ChunkPlan, body: Bytes): Promise<Reply<Receipt>> =>
    this.live(() => this.inner.putChunk(plan, body))
  seal = (manifest: Seal, bringsBack: boolean): Promise<Reply<null>> =>
    this.live(() => this.inner.seal(manifest, bringsBack))
  read = (): Promise<Reply<HeldRecording>> => this.live(() => this.inner.read())
  renew = (): Promise<Reply<null>> => this.live(() => this.inner.renew())

  private live<Value>(act: () => Promise<Value>): Promise<Value> {
    return this.life.step(act, this.landsAtDeath)
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
