import type { SliceRef } from '../journal/types'

export const MAX_SLICES = 5
/** Below this a running segment waits for more, so that a consultation costs one request in three seconds. */
const PATIENT_SLICES = 3

/**
 * How many of the pending slices the next chunk takes; 0 to wait for more.
 *
 * The first slice of a segment goes alone and at once: it carries the container's header, and its round trip
 * shows early whether uploads work at all.
 */
export function chunkLength(
  pending: readonly SliceRef[],
  segment: { isFirst: boolean; isClosed: boolean; maxBytes: number },
): number {
  if (pending.length === 0) return 0
  if (segment.isFirst) return 1
  if (pending.length < PATIENT_SLICES && !segment.isClosed) return 0
  let size = 0
  let count = 0
  for (const slice of pending.slice(0, MAX_SLICES)) {
    size += slice.size
    if (count > 0 && size > segment.maxBytes) break
    count += 1
  }
  return count
}
