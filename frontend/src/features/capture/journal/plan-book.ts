import { chunkKey } from '../upload/source'
import type { ChunkPlan, SliceRef } from './types'

/** Which chunks were planned, and which of them the server has. */
export class PlanBook {
  private plans: ChunkPlan[] = []
  private readonly waiting = new Map<string, ChunkPlan>()
  private readonly extents = new Map<number, { chunks: number; slices: number }>()

  add(plan: ChunkPlan): void {
    const { chunks, slices } = this.extent(plan.segment)
    this.plans.push(plan)
    this.waiting.set(chunkKey(plan), plan)
    this.extents.set(plan.segment, { chunks: chunks + 1, slices: slices + plan.sliceCount })
  }

  replace(plans: readonly ChunkPlan[]): void {
    this.plans = []
    this.waiting.clear()
    this.extents.clear()
    for (const plan of plans) this.add(plan)
  }

  all(): readonly ChunkPlan[] {
    return this.plans
  }

  outstanding(): ChunkPlan[] {
    return [...this.waiting.values()]
  }

  acknowledge(plan: ChunkPlan): void {
    this.waiting.delete(chunkKey(plan))
  }

  retract(key: string): void {
    const plan = this.plans.find((known) => chunkKey(known) === key)
    if (plan) this.waiting.set(key, plan)
  }

  /** How many chunks and slices of a segment are planned: where the next chunk begins. */
  extent(segment: number): { chunks: number; slices: number } {
    return this.extents.get(segment) ?? { chunks: 0, slices: 0 }
  }

  /** A segment's hashes in the order of its chunks. */
  hashes(segment: number): string[] {
    return this.plans
      .filter((plan) => plan.segment === segment)
      .sort((a, b) => a.number - b.number)
      .map((plan) => plan.sha256)
  }

  acknowledgedMs(slices: ReadonlyMap<number, readonly SliceRef[]>): number {
    let sum = 0
    for (const plan of this.plans) {
      if (this.waiting.has(chunkKey(plan))) continue
      const end = plan.firstSlice + plan.sliceCount
      for (let slice = plan.firstSlice; slice < end; slice += 1) {
        sum += slices.get(plan.segment)?.[slice]?.durationMs ?? 0
      }
    }
    return sum
  }
}
