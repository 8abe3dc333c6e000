import type { components } from '~/api/schema'
import type { Bytes } from '../journal/crypto'
import type { ChunkPlan, Seal } from '../journal/types'
import { classify, type HeldRecording, type Receipt, type Reply, type Transport } from './transport'

type Grant = components['schemas']['RecordingGrant']
type RecordingRead = components['schemas']['RecordingRead']
type ChunkReceipt = components['schemas']['ChunkReceipt']

const CHUNK_TIMEOUT_MS = 60_000
/** The server re-reads every stored byte before it answers. */
const SEAL_TIMEOUT_MS = 300_000

/** The capture protocol over fetch, with the recording's own token, which outlives an idle lock. */
export class HttpTransport implements Transport {
  private readonly base: string

  constructor(
    recordingId: string,
    private token: string,
  ) {
    this.base = `/api/recordings/${recordingId}`
  }

  putChunk(plan: ChunkPlan, body: Bytes): Promise<Reply<Receipt>> {
    const path = `${this.base}/segments/${plan.segment}/chunks/${plan.number}`
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Chunk-SHA256': plan.sha256 }
    return this.request(path, { method: 'PUT', headers, body }, CHUNK_TIMEOUT_MS, async (response) => {
      const receipt: ChunkReceipt = await response.json()
      return { isCancelled: receipt.consultation_cancelled }
    })
  }

  seal(manifest: Seal, bringsBack: boolean): Promise<Reply<null>> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...manifest, brings_back: bringsBack }),
    }
    return this.request(`${this.base}/seal`, init, SEAL_TIMEOUT_MS, nothing)
  }

  read(): Promise<Reply<HeldRecording>> {
    return this.request(this.base, { method: 'GET' }, CHUNK_TIMEOUT_MS, async (response) => {
      const recording: RecordingRead = await response.json()
      return { isSealed: recording.sealed_by === 'client', stored: recording.stored }
    })
  }

  async renew(): Promise<Reply<null>> {
    const grant = await requestGrant(this.base)
    if (grant.kind !== 'done') return grant
    this.token = grant.value.upload_token
    return { kind: 'done', value: null }
  }

  private request<Value>(
    path: string,
    init: RequestInit & { headers?: Record<string, string> },
    timeoutMs: number,
    read: (response: Response) => Promise<Value>,
  ): Promise<Reply<Value>> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.token}` }
    return call(path, { ...init, headers }, timeoutMs, read)
  }
}

/** The key of a recording's journal and a fresh token, by the session's cookie. */
export function fetchGrant(recordingId: string): Promise<Reply<Grant>> {
  return requestGrant(`/api/recordings/${recordingId}`)
}

/**
 * Give a consultation that is being recorded up for good, by the session's cookie. Asking twice is asking once.
 *
 * The word may come late: what the server has processed meanwhile its doctor may want to keep.
 */
export function cancelConsultation(consultationId: string): Promise<Reply<null>> {
  const path = `/api/consultations/${consultationId}/cancel?only_while_recording=true`
  return call(path, { method: 'POST' }, CHUNK_TIMEOUT_MS, nothing)
}

function requestGrant(base: string): Promise<Reply<Grant>> {
  return call(`${base}/grant`, { method: 'POST' }, CHUNK_TIMEOUT_MS, (response) => response.json())
}

async function call<Value>(
  path: string,
  init: RequestInit,
  timeoutMs: number,
  read: (response: Response) => Promise<Value>,
): Promise<Reply<Value>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(timeoutMs) })
    if (response.ok) return { kind: 'done', value: await read(response) }
    const error: unknown = await response.json().catch(() => ({}))
    return classify(response.status, asRecord(error), response.headers.get('Retry-After'))
  } catch {
    // fetch rejects for every kind of broken connection, and for the timeout: all may heal.
    return { kind: 'later', isOffline: true, afterMs: null }
  }
}

async function nothing(): Promise<null> {
  return null
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
