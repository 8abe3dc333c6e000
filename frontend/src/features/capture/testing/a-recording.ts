import { importJournalKey } from '../journal/crypto'
import type { JournalEntry } from '../journal/types'
import type { Timer } from '../upload/uploader'

export const RECORDING_ID = '01890000-0000-7000-8000-000000000001'

/** Waits take no time, but still give way. */
export const immediately: Timer = (_ms, ring) => {
  const handle = setImmediate(ring)
  return () => clearImmediate(handle)
}

export function aKey(seed = 1): Promise<CryptoKey> {
  return importJournalKey(btoa(String.fromCharCode(...new Uint8Array(32).fill(seed))))
}

export function anEntry(change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    recordingId: RECORDING_ID,
    consultationId: '01890000-0000-7000-8000-000000000002',
    doctorId: '01890000-0000-7000-8000-000000000003',
    source: 'capture',
    state: 'running',
    startedAt: 1_795_000_000_000,
    segments: [],
    gaps: [],
    wallClockMs: 0,
    file: null,
    ...change,
  }
}

/** Bytes that tell where they belong: no two slices of a recording are alike. */
export function sliceBytes(segment: number, slice: number): number[] {
  return [segment, slice >> 8, slice & 255, 77, ...Array.from({ length: slice % 4 }, () => slice & 255)]
}

export function sliceBlob(segment: number, slice: number): Blob {
  return new Blob([new Uint8Array(sliceBytes(segment, slice))])
}
