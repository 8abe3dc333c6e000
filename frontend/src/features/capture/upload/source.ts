import type { components } from '~/api/schema'
import type { Bytes } from '../journal/crypto'
import type { ChunkPlan, Seal } from '../journal/types'

export type StoredSegment = components['schemas']['StoredSegment']

/** Where the uploader gets chunks from: a running recording's journal, or a picked file. */
export interface ChunkSource {
  readonly recordingId: string
  /** Plan the next chunk that was never sent, durably; null while there is none. */
  next(): Promise<{ plan: ChunkPlan; body: Bytes } | null>
  /** Planned chunks that the server has not acknowledged. */
  outstanding(): ChunkPlan[]
  read(plan: ChunkPlan): Promise<Bytes>
  acknowledge(plan: ChunkPlan): void
  /** The server says that it lacks this chunk after all. */
  retract(segment: number, number: number): void
  /** Learn what the server holds already, after a crash. */
  reconcile(stored: StoredSegment[]): Promise<void>
  /** True once no chunk will ever follow those planned. */
  isComplete(): boolean
  manifest(): Seal
  /** How much of what there is the server has acknowledged, 0 to 1. */
  sentFraction(): number
  /** Note that it is no longer to be sent by itself; false if that would lose audio that only this page holds. */
  setAside(): Promise<boolean>
  /** Note that it is never to be sent again: its doctor gave it up. */
  discard(): Promise<void>
  /** Drop the local copy. Called only after the server has sealed. */
  release(): Promise<void>
}

export function chunkKey(chunk: { segment: number; number: number }): string {
  return `${chunk.segment}/${chunk.number}`
}
