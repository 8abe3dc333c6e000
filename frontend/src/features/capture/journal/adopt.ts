import type { StoredSegment } from '../upload/source'
import { type Bytes, sha256Hex } from './crypto'
import type { ChunkPlan, SegmentEntry, SliceRef } from './types'

type Local = {
  segments: readonly SegmentEntry[]
  slices: ReadonlyMap<number, readonly SliceRef[]>
  plans: readonly ChunkPlan[]
  read(segment: number, first: number, count: number): Promise<Bytes>
}

type Adopted = { segments: SegmentEntry[]; plans: ChunkPlan[]; acknowledged: ChunkPlan[] }

/**
 * Match what the server holds with what this device still knows after a crash.
 *
 * A plan stands if the server has its chunk, or if its slices are still here to be sent. Chunks that were sent while
 * the disk refused have no plan: their slices are found by hash. Where no slices match, the chunk holds audio that
 * only ever lived in memory, and the server's word stands.
 */
export async function adoptStored(stored: readonly StoredSegment[], local: Local): Promise<Adopted> {
  const segments = [...local.segments]
  for (const { segment } of stored) {
    if (segments.some((known) => known.segment === segment)) continue
    const previous = segments.at(-1)
    segments.push({ segment, mime: previous?.mime ?? '', offsetMs: previous?.offsetMs ?? 0 })
  }
  const adopted: Adopted = { segments, plans: [], acknowledged: [] }
  for (const { segment } of segments) {
    await adoptSegment(segment, stored.find((held) => held.segment === segment)?.chunks ?? {}, local, adopted)
  }
  return adopted
}

async function adoptSegment(
  segment: number,
  held: StoredSegment['chunks'],
  local: Local,
  adopted: Adopted,
): Promise<void> {
  const planned = new Map(
    local.plans.filter((plan) => plan.segment === segment).map((plan) => [plan.number, plan]),
  )
  const here = local.slices.get(segment)?.length ?? 0
  let firstSlice = 0
  for (let number = 0; ; number += 1) {
    const plan = planned.get(number)
    const sha256 = held[number]
    if (plan && (sha256 === plan.sha256 || plan.firstSlice + plan.sliceCount <= here)) {
      adopted.plans.push(plan)
      if (sha256 === plan.sha256) adopted.acknowledged.push(plan)
      firstSlice = plan.firstSlice + plan.sliceCount
    } else if (sha256 !== undefined) {
      const found = await findSlices(local, { segment, number, firstSlice, sha256, left: here - firstSlice })
      adopted.plans.push(found)
      adopted.acknowledged.push(found)
      firstSlice += found.sliceCount
    } else {
      return
    }
  }
}

async function findSlices(
  local: Local,
  chunk: { segment: number; number: number; firstSlice: number; sha256: string; left: number },
): Promise<ChunkPlan> {
  const { left, ...named } = chunk
  for (let sliceCount = 1; sliceCount <= left; sliceCount += 1) {
    const body = await local.read(named.segment, named.firstSlice, sliceCount)
    if ((await sha256Hex(body)) === named.sha256) return { ...named, sliceCount, size: body.byteLength }
  }
  // Slices are saved in order, so a chunk that begins here and matches no length reaches past all that is left.
  return { ...named, sliceCount: Math.max(left, 0), size: 0 }
}
