import { type Bytes, sha256Hex } from '../journal/crypto'
import type { ChunkPlan, Seal } from '../journal/types'
import { chunkKey, type StoredSegment } from '../upload/source'
import type { HeldRecording, Receipt, Reply, Transport } from '../upload/transport'

/** What happens to one request. */
export type Fault = 'none' | 'lost_request' | 'lost_answer' | 'busy' | 'unauthorized' | 'slow' | 'damaged'

const LATER = { kind: 'later', isOffline: true, afterMs: null } as const

/** The server's rules of the capture protocol, in memory, behind a network that misbehaves by script. */
export class FakeServer implements Transport {
  readonly chunks = new Map<string, { plan: ChunkPlan; body: Bytes }>()
  sealedWith: Seal | null = null
  requests = 0
  /** As if another tab or device had cancelled the consultation. */
  isCancelled = false

  constructor(private readonly faults: Fault[] = []) {}

  putChunk(plan: ChunkPlan, body: Bytes): Promise<Reply<Receipt>> {
    return this.travel(async (isDamaged) => {
      if (isDamaged || (await sha256Hex(body)) !== plan.sha256) {
        return { kind: 'later', isOffline: false, afterMs: null }
      }
      const stored = this.chunks.get(chunkKey(plan))
      if (stored && stored.plan.sha256 !== plan.sha256) return refused('chunk_conflict')
      if (!stored && this.sealedWith) return refused('recording_sealed')
      this.chunks.set(chunkKey(plan), { plan, body })
      return { kind: 'done', value: { isCancelled: this.isCancelled } }
    })
  }

  seal(manifest: Seal, bringsBack: boolean): Promise<Reply<null>> {
    return this.travel(async () => {
      const listed = manifest.segments.flatMap(({ segment, chunks }) =>
        chunks.map((sha256, number) => ({ segment, number, sha256 })),
      )
      const missing = listed.filter((chunk) => !this.chunks.has(chunkKey(chunk)))
      if (missing.length > 0) {
        return refused(
          'recording_incomplete',
          missing.map(({ segment, number }): [number, number] => [segment, number]),
        )
      }
      if (listed.some((chunk) => this.chunks.get(chunkKey(chunk))?.plan.sha256 !== chunk.sha256)) {
        return refused('chunk_conflict')
      }
      if (this.chunks.size > listed.length) return refused('recording_has_more')
      if (this.isCancelled && !bringsBack) return refused('consultation_cancelled')
      this.sealedWith = manifest
      return { kind: 'done', value: null }
    })
  }

  read(): Promise<Reply<HeldRecording>> {
    return this.travel(async () => ({
      kind: 'done',
      value: { isSealed: this.sealedWith !== null, stored: this.stored() },
    }))
  }

  renew(): Promise<Reply<null>> {
    return this.travel(async () => ({ kind: 'done', value: null }))
  }

  /** A segment as the server would assemble it. */
  audioOf(segment: number): number[] {
    const { chunks = [] } = this.sealedWith?.segments.find((listed) => listed.segment === segment) ?? {}
    return chunks.flatMap((_, number) => [...(this.chunks.get(chunkKey({ segment, number }))?.body ?? [])])
  }

  private stored(): StoredSegment[] {
    const bySegment = new Map<number, StoredSegment>()
    for (const { plan } of this.chunks.values()) {
      const held = bySegment.get(plan.segment) ?? { segment: plan.segment, chunks: {} }
      held.chunks[plan.number] = plan.sha256
      bySegment.set(plan.segment, held)
    }
    return [...bySegment.values()]
  }

  private async travel<Value>(act: (isDamaged: boolean) => Promise<Reply<Value>>): Promise<Reply<Value>> {
    this.requests += 1
    const fault = this.faults.shift() ?? 'none'
    await tick()
    if (fault === 'lost_request') return LATER
    if (fault === 'busy') return { kind: 'later', isOffline: false, afterMs: 10 }
    if (fault === 'unauthorized') return { kind: 'unauthorized' }
    // Overtaken by the requests after it.
    if (fault === 'slow') for (let turn = 0; turn < 12; turn += 1) await tick()
    const reply = await act(fault === 'damaged')
    return fault === 'lost_answer' ? LATER : reply
  }
}

export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function refused(code: string, missing: [number, number][] = []): Reply<never> {
  return { kind: 'refused', code, message: code, missing }
}
