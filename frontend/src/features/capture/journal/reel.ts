import { chunkLength } from '../upload/chunk-length'
import { type ChunkSource, chunkKey, type StoredSegment } from '../upload/source'
import { adoptStored } from './adopt'
import { type Bytes, concatenate, openSlice, sealSlice, sha256Hex } from './crypto'
import type { JournalStore } from './journal'
import { PlanBook } from './plan-book'
import { bytesOf, SliceMissing, sliceKey } from './slices'
import type { ChunkPlan, Gap, JournalEntry, Seal, SliceRef } from './types'

/** What a seal lists at most. */
export const MOST_MARKS = 1000

type Unsaved = { ref: SliceRef; plain: Bytes }

export type ReelProgress = {
  recordedMs: number
  /** Recorded time that is safe on this device. */
  savedMs: number
  /** Recorded time that the server has acknowledged. */
  sentMs: number
  /** Slices that the disk refused; they live in memory until the server has them. */
  unsavedSlices: number
  /** Slices that the browser could not hand over at all. */
  lostSlices: number
  gaps: readonly Gap[]
}

/**
 * The one writer of a recording's journal.
 *
 * Slices are saved strictly in order, so that what survives a crash is always a gap-free beginning. When the disk
 * refuses, slices wait in memory and are still uploaded; each later slice tries the disk again.
 */
export class Reel implements ChunkSource {
  private readonly slices = new Map<number, SliceRef[]>()
  private readonly unsaved = new Map<string, Unsaved>()
  private readonly closed = new Set<number>()
  private readonly book = new PlanBook()
  private savedEntry: JournalEntry | null = null
  private isFinished = false
  private recordedMs = 0
  private lostSlices = 0
  private tail: Promise<void> = Promise.resolve()
  onChange: () => void = () => undefined

  private constructor(
    private readonly journal: JournalStore,
    private readonly key: CryptoKey,
    private entry: JournalEntry,
    private readonly maxBytes: number,
  ) {}

  /** Begin a new recording. Storage that fails is no reason not to record. */
  static create(journal: JournalStore, key: CryptoKey, entry: JournalEntry, maxBytes: number): Reel {
    const reel = new Reel(journal, key, entry, maxBytes)
    reel.enqueue(() => reel.save())
    return reel
  }

  /** Take up what an earlier page left behind. Nothing will be appended, so it counts as finished. */
  static async resume(
    journal: JournalStore,
    key: CryptoKey,
    entry: JournalEntry,
    maxBytes: number,
  ): Promise<Reel> {
    const reel = new Reel(journal, key, entry, maxBytes)
    reel.savedEntry = entry
    for (const ref of await journal.slices(entry.recordingId)) reel.addSlice(ref)
    reel.book.replace(await journal.plans(entry.recordingId))
    for (const { segment } of entry.segments) reel.closed.add(segment)
    reel.isFinished = true
    return reel
  }

  get recordingId(): string {
    return this.entry.recordingId
  }

  /** Number a new run of the recorder. */
  openSegment(mime: string, offsetMs: number): number {
    const segment = this.entry.segments.length
    this.amend({ segments: [...this.entry.segments, { segment, mime, offsetMs: Math.round(offsetMs) }] })
    return segment
  }

  /** No slice will follow in this segment. */
  closeSegment(segment: number): void {
    this.enqueue(async () => {
      this.closed.add(segment)
    })
  }

  /** Keep a slice. The order of the calls is the order of the audio. */
  append(segment: number, blob: Blob, durationMs: number): void {
    this.enqueue(async () => {
      const plain = await bytesOf(blob)
      if (!plain) {
        this.lostSlices += 1
        return
      }
      const slice = this.slices.get(segment)?.length ?? 0
      const ref = { segment, slice, size: plain.byteLength, durationMs: Math.round(durationMs) }
      this.unsaved.set(sliceKey(ref), { ref, plain })
      await this.save()
      this.addSlice(ref)
    })
  }

  declareGap(gap: Gap): void {
    this.amend({ gaps: [...this.entry.gaps, gap] })
  }

  /** Keep a moment that the doctor marked, up to `MOST_MARKS`. */
  mark(atMs: number): void {
    const { marks = [] } = this.entry
    if (marks.length < MOST_MARKS) this.amend({ marks: [...marks, Math.round(atMs)] })
  }

  /** The doctor pressed Finish: after what is queued, nothing follows. */
  finish(wallClockMs: number): Promise<void> {
    this.amend({ state: 'finished', wallClockMs: Math.round(wallClockMs) })
    this.enqueue(async () => {
      for (const { segment } of this.entry.segments) this.closed.add(segment)
      this.isFinished = true
    })
    return this.tail
  }

  async next(): Promise<{ plan: ChunkPlan; body: Bytes } | null> {
    for (const [segment, slices] of this.slices) {
      const { chunks: number, slices: firstSlice } = this.book.extent(segment)
      const sliceCount = chunkLength(slices.slice(firstSlice), {
        isFirst: number === 0,
        isClosed: this.closed.has(segment),
        maxBytes: this.maxBytes,
      })
      if (sliceCount === 0) continue
      const body = await this.readRange(segment, firstSlice, sliceCount)
      const sha256 = await sha256Hex(body)
      const plan = { segment, number, firstSlice, sliceCount, size: body.byteLength, sha256 }
      // A plan that the disk refuses is found again from the server's hashes, see adoptStored.
      await this.journal.writePlan(this.recordingId, plan).catch(() => undefined)
      this.book.add(plan)
      return { plan, body }
    }
    return null
  }

  outstanding(): ChunkPlan[] {
    return this.book.outstanding()
  }

  read(plan: ChunkPlan): Promise<Bytes> {
    return this.readRange(plan.segment, plan.firstSlice, plan.sliceCount)
  }

  acknowledge(plan: ChunkPlan): void {
    this.book.acknowledge(plan)
    this.onChange()
  }

  retract(segment: number, number: number): void {
    this.book.retract(chunkKey({ segment, number }))
  }

  async reconcile(stored: StoredSegment[]): Promise<void> {
    const adopted = await adoptStored(stored, {
      segments: this.entry.segments,
      slices: this.slices,
      plans: this.book.all(),
      read: (segment, first, count) => this.readRange(segment, first, count),
    })
    this.entry = { ...this.entry, segments: adopted.segments }
    this.book.replace(adopted.plans)
    for (const plan of adopted.acknowledged) this.book.acknowledge(plan)
    this.onChange()
  }

  isComplete(): boolean {
    if (!this.isFinished) return false
    return [...this.slices].every(([segment, slices]) => this.book.extent(segment).slices >= slices.length)
  }

  manifest(): Seal {
    const segments = this.entry.segments.map(({ segment, offsetMs }) => ({
      segment,
      chunks: this.book.hashes(segment),
      offset_ms: offsetMs,
    }))
    return {
      segments: segments.filter(({ chunks }) => chunks.length > 0),
      gaps: this.entry.gaps,
      marks: this.entry.marks ?? [],
      wall_clock_ms: this.entry.wallClockMs || this.endOfLastSegment(),
    }
  }

  async setAside(): Promise<boolean> {
    this.amend({ state: 'set_aside' })
    await this.tail
    return this.unsaved.size === 0 && this.savedEntry === this.entry
  }

  async discard(): Promise<void> {
    this.amend({ state: 'discarded' })
    await this.tail
  }

  async release(): Promise<void> {
    await this.tail
    // Marked first: should the page die between the two, the next one deletes without asking the server.
    await this.journal.saveEntry({ ...this.entry, state: 'sealed' }).catch(() => undefined)
    await this.journal.forget(this.recordingId)
  }

  progress(): ReelProgress {
    let unsavedMs = 0
    for (const { ref } of this.unsaved.values()) unsavedMs += ref.durationMs
    return {
      recordedMs: this.recordedMs,
      savedMs: this.recordedMs - unsavedMs,
      sentMs: this.book.acknowledgedMs(this.slices),
      unsavedSlices: this.unsaved.size,
      lostSlices: this.lostSlices,
      gaps: this.entry.gaps,
    }
  }

  sentFraction(): number {
    return this.recordedMs > 0 ? this.book.acknowledgedMs(this.slices) / this.recordedMs : 0
  }

  /** The audio that this device holds, a playable piece for each segment. */
  async listen(): Promise<Blob[]> {
    const pieces = this.entry.segments.map(async ({ segment, mime }) => {
      const count = this.slices.get(segment)?.length ?? 0
      return new Blob([await this.readRange(segment, 0, count)], { type: mime })
    })
    return (await Promise.all(pieces)).filter((piece) => piece.size > 0)
  }

  private endOfLastSegment(): number {
    const last = this.entry.segments.at(-1)
    if (!last) return 0
    const slices = this.slices.get(last.segment) ?? []
    return last.offsetMs + slices.reduce((sum, slice) => sum + slice.durationMs, 0)
  }

  private async readRange(segment: number, first: number, count: number): Promise<Bytes> {
    const saved = count > 0 ? await this.journal.readSlices(this.recordingId, segment, first, count) : []
    const bySlice = new Map(saved.map((sealed) => [sealed.slice, sealed]))
    const parts = Array.from({ length: count }, async (_, index) => {
      const slice = first + index
      const waiting = this.unsaved.get(sliceKey({ segment, slice }))
      if (waiting) return waiting.plain
      const sealed = bySlice.get(slice)
      if (!sealed) throw new SliceMissing(segment, slice)
      return openSlice(this.key, { recordingId: this.recordingId, segment, slice }, sealed)
    })
    return concatenate(await Promise.all(parts))
  }

  private async save(): Promise<void> {
    try {
      const entry = this.entry
      if (this.savedEntry !== entry) {
        await this.journal.saveEntry(entry)
        this.savedEntry = entry
      }
      for (const [key, { ref, plain }] of this.unsaved) {
        const place = { recordingId: this.recordingId, segment: ref.segment, slice: ref.slice }
        await this.journal.addSlice({ ...ref, ...place, ...(await sealSlice(this.key, place, plain)) })
        this.unsaved.delete(key)
      }
    } catch {
      // Quota, or storage taken away: `unsavedSlices` says so, and the next slice tries again.
    }
  }

  private amend(change: Partial<JournalEntry>): void {
    this.entry = { ...this.entry, ...change }
    this.enqueue(() => this.save())
  }

  private addSlice(ref: SliceRef): void {
    const slices = this.slices.get(ref.segment) ?? []
    slices.push(ref)
    this.slices.set(ref.segment, slices)
    this.recordedMs += ref.durationMs
  }

  private enqueue(step: () => Promise<void>): void {
    this.tail = this.tail.then(step).then(() => this.onChange())
  }
}
