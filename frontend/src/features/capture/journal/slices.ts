import type { Bytes } from './crypto'

/** The journal has lost a slice that it had acknowledged: the disk is damaged. */
export class SliceMissing extends Error {
  constructor(segment: number, slice: number) {
    super(`slice ${segment}/${slice} is missing from the journal`)
  }
}

/** The bytes of a slice; null when the browser cannot hand them over. */
export async function bytesOf(blob: Blob): Promise<Bytes | null> {
  try {
    return new Uint8Array(await blob.arrayBuffer())
  } catch {
    return null
  }
}

export function sliceKey(ref: { segment: number; slice: number }): string {
  return `${ref.segment}/${ref.slice}`
}
