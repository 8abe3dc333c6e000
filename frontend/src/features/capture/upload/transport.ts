import type { Bytes } from '../journal/crypto'
import type { ChunkPlan, Seal } from '../journal/types'
import type { StoredSegment } from './source'

/** What became of a request, as far as the uploader must tell cases apart. */
export type Reply<Value> =
  | { kind: 'done'; value: Value }
  /** No answer, or one that time may heal. */
  | { kind: 'later'; isOffline: boolean; afterMs: number | null }
  /** The upload token is refused or has expired. */
  | { kind: 'unauthorized' }
  /** The server understood and said no. The local copy is kept. */
  | { kind: 'refused'; code: string; message: string; missing: [number, number][] }

/** The chunk is kept. `isCancelled`: somebody cancelled its consultation, from another tab or device. */
export type Receipt = { isCancelled: boolean }

/** `isSealed` only by its own sender: what the server closed by itself after a long silence still takes chunks. */
export type HeldRecording = { isSealed: boolean; stored: StoredSegment[] }

/** The server's side of the capture protocol, for one recording. */
export interface Transport {
  putChunk(plan: ChunkPlan, body: Bytes): Promise<Reply<Receipt>>
  /** `bringsBack`: also where the consultation was cancelled meanwhile. */
  seal(manifest: Seal, bringsBack: boolean): Promise<Reply<null>>
  read(): Promise<Reply<HeldRecording>>
  /** A fresh token, with the session's own cookie; `unauthorized` while signed out or locked. */
  renew(): Promise<Reply<null>>
}

/** Sort an HTTP answer that is not a success. */
export function classify(
  status: number,
  error: { code?: unknown; message?: unknown; details?: unknown },
  retryAfter: string | null,
): Exclude<Reply<never>, { kind: 'done' }> {
  if (status === 401) return { kind: 'unauthorized' }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    return { kind: 'later', isOffline: false, afterMs: retryAfter && seconds >= 0 ? seconds * 1000 : null }
  }
  if (isPassing(error.code)) return { kind: 'later', isOffline: false, afterMs: null }
  const code = typeof error.code === 'string' ? error.code : `http_${status}`
  const message =
    typeof error.message === 'string' ? error.message : (WORDS[status] ?? 'The server refused the audio.')
  return { kind: 'refused', code, message, missing: missingOf(error.details) }
}

/** Refusals that sending the same again can heal: damage on the way, and a race with late chunks. */
function isPassing(code: unknown): boolean {
  return code === 'chunk_hash_mismatch' || code === 'recording_changed'
}

const WORDS: Record<number, string> = {
  403: 'You are not allowed to send this recording.',
  404: 'The server does not know this recording, or it belongs to someone else.',
  413: 'A proxy in front of Scribe refuses pieces of this size. Tell your administrator.',
  415: 'The server does not take this kind of audio.',
}

function missingOf(details: unknown): [number, number][] {
  if (typeof details !== 'object' || details === null || !('missing' in details)) return []
  if (!Array.isArray(details.missing)) return []
  return details.missing.flatMap((pair: unknown): [number, number][] => {
    if (!Array.isArray(pair)) return []
    const [segment, number]: unknown[] = pair
    return typeof segment === 'number' && typeof number === 'number' ? [[segment, number]] : []
  })
}
