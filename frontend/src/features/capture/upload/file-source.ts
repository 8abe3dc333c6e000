import { type Bytes, sha256Hex } from '../journal/crypto'
import type { ChunkPlan, Seal } from '../journal/types'
import { type ChunkSource, chunkKey, type StoredSegment } from './source'

/** A picked file as a source of chunks. The file itself is the journal: nothing of it is copied to this device. */
export class FileSource implements ChunkSource {
  private readonly plans = new Map<string, ChunkPlan>()
  private readonly acknowledged = new Set<string>()
  private held: StoredSegment['chunks'] = {}
  private sentBytes = 0

  constructor(
    readonly recordingId: string,
    private readonly file: Blob,
    private readonly chunkBytes: number,
    private readonly forget: () => Promise<void>,
  ) {}

  sentFraction(): number {
    return this.file.size === 0 ? 0 : this.sentBytes / this.file.size
  }

  async next(): Promise<{ plan: ChunkPlan; body: Bytes } | null> {
    while (this.plans.size < this.chunkCount()) {
      const number = this.plans.size
      const body = await this.readNumber(number)
      const sha256 = await sha256Hex(body)
      const plan = { segment: 0, number, firstSlice: number, sliceCount: 1, size: body.byteLength, sha256 }
      this.plans.set(chunkKey(plan), plan)
      if (this.held[number] !== sha256) return { plan, body }
      this.acknowledge(plan)
    }
    return null
  }

  outstanding(): ChunkPlan[] {
    return [...this.plans.values()].filter((plan) => !this.acknowledged.has(chunkKey(plan)))
  }

  read(plan: ChunkPlan): Promise<Bytes> {
    return this.readNumber(plan.number)
  }

  acknowledge(plan: ChunkPlan): void {
    this.acknowledged.add(chunkKey(plan))
    this.sentBytes += plan.size
  }

  retract(segment: number, number: number): void {
    const key = chunkKey({ segment, number })
    if (this.acknowledged.delete(key)) this.sentBytes -= this.plans.get(key)?.size ?? 0
  }

  async reconcile(stored: StoredSegment[]): Promise<void> {
    this.held = stored.find(({ segment }) => segment === 0)?.chunks ?? {}
  }

  isComplete(): boolean {
    return this.plans.size === this.chunkCount()
  }

  manifest(): Seal {
    const chunks = [...this.plans.values()].map((plan) => plan.sha256)
    return { segments: [{ segment: 0, chunks, offset_ms: 0 }], gaps: [], marks: [], wall_clock_ms: 0 }
  }

  /** The file is its doctor's own, and an upload is never taken up again without it. */
  async setAside(): Promise<boolean> {
    return true
  }

  async discard(): Promise<void> {}

  release(): Promise<void> {
    return this.forget()
  }

  private chunkCount(): number {
    return Math.ceil(this.file.size / this.chunkBytes)
  }

  private async readNumber(number: number): Promise<Bytes> {
    const start = number * this.chunkBytes
    return new Uint8Array(await this.file.slice(start, start + this.chunkBytes).arrayBuffer())
  }
}
