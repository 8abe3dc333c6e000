import type { components } from '~/api/schema'

export type Gap = components['schemas']['Gap']
export type GapKind = Gap['kind']
/** What the recording consists of, as this device knows it. */
export type Seal = Omit<components['schemas']['Seal'], 'brings_back'>

/** One run of a MediaRecorder; its slices join to one playable stream. */
export type SegmentEntry = {
  segment: number
  mime: string
  /** Wall milliseconds from the recording's start to the start of this run. */
  offsetMs: number
}

/** What identifies a picked file again, without its name (names of files name patients). */
type FileMark = { size: number; lastModified: number }

/** A recording as this browser knows it: ids and times, nothing about the patient. */
export type JournalEntry = {
  recordingId: string
  consultationId: string
  doctorId: string
  source: 'capture' | 'upload'
  /**
   * `finished`: the doctor pressed Finish. `set_aside`: sending it cannot succeed, so it waits for its doctor.
   * `discarded`: never to be sent again; it goes once the server has cancelled its consultation.
   * `sealed`: the server has all; what is left here may go.
   */
  state: 'running' | 'finished' | 'set_aside' | 'discarded' | 'sealed'
  startedAt: number
  segments: SegmentEntry[]
  gaps: Gap[]
  /** Moments that the doctor marked, in wall milliseconds from the start; none in journals from before there were marks. */
  marks?: number[]
  wallClockMs: number
  file: FileMark | null
}

export type SliceRef = {
  segment: number
  slice: number
  size: number
  /** Recorded time between this slice's arrival and the one before. */
  durationMs: number
}

/** Which slices make a chunk. Fixed before its first upload, so that its number always means the same bytes. */
export type ChunkPlan = {
  segment: number
  number: number
  firstSlice: number
  sliceCount: number
  size: number
  sha256: string
}

export type SealedSlice = SliceRef & {
  recordingId: string
  iv: Uint8Array<ArrayBuffer>
  body: ArrayBuffer
}

export type StoredPlan = ChunkPlan & { recordingId: string }
