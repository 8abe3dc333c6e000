import type { Bytes } from '../journal/crypto'
import type { ChunkPlan } from '../journal/types'
import { backoffMs } from './backoff'
import { type ChunkSource, chunkKey } from './source'
import type { Reply, Transport } from './transport'

export type UploadProblem =
  /** Heals by itself; recording goes on. */
  | { kind: 'offline' | 'server_busy' | 'signed_out' }
  /** Somebody cancelled its consultation, from another tab or device. Recording goes on; its seal is refused. */
  | { kind: 'cancelled' }
  /** Needs a person. What is on this device is kept. */
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'damaged'; message: string }

export type UploadState = {
  phase: 'sending' | 'sealing' | 'sealed' | 'stopped'
  problem: UploadProblem | null
}

export type Timer = (ms: number, ring: () => void) => () => void

type Options = {
  onState: (state: UploadState) => void
  /** The server has acknowledged some more. */
  onSent?: () => void
  /** The server may hold something already: ask before the first chunk. */
  isRecovery?: boolean
  timer?: Timer
  random?: () => number
}

const CONCURRENCY = 3

/**
 * Sends one recording's chunks until the server has sealed it, and only then drops the local copy.
 *
 * It knows nothing of the microphone or the screen. Whatever goes wrong, it either tries again for ever or stops and
 * says why; it never deletes what the server has not sealed.
 */
export class Uploader {
  private state: UploadState = { phase: 'sending', problem: null }
  private readonly inFlight = new Set<string>()
  private attempt = 0
  private delayMs = 0
  private needsToken = false
  private needsServersView: boolean
  /** The server takes no more, whatever its view turns out to be. */
  private isClosed = false
  private hasCompared = false
  private bringsBack = false
  private isDisposed = false
  private rung = false
  private ring: (() => void) | null = null
  private isBackingOff = false

  constructor(
    private readonly source: ChunkSource,
    private readonly transport: Transport,
    private readonly options: Options,
  ) {
    this.needsServersView = options.isRecovery ?? false
  }

  /** Work until sealed or disposed. Never rejects. */
  async run(): Promise<void> {
    while (this.state.phase !== 'sealed' && !this.isDisposed) {
      try {
        await this.step()
      } catch (error) {
        // The journal could not be read back: nothing to retry, and nothing may be deleted.
        this.stop({ kind: 'damaged', message: damageText(error) })
      }
    }
  }

  /** New audio is there, or the recording has finished. */
  wake(): void {
    this.rung = true
    if (!this.isBackingOff) this.ring?.()
  }

  /** Try at once: the network is back, the screen was unlocked, or somebody pressed Try again. */
  hurry(): void {
    if (this.state.phase === 'stopped') this.set({ phase: 'sending', problem: null })
    this.delayMs = 0
    this.rung = true
    this.ring?.()
  }

  /** The doctor wants it processed, although its consultation was cancelled. */
  bringBack(): void {
    this.bringsBack = true
    this.hurry()
  }

  /** Stop working, leaving everything in place for the next page. */
  dispose(): void {
    this.isDisposed = true
    this.hurry()
  }

  private async step(): Promise<void> {
    if (this.state.phase === 'stopped') return this.pause(null)
    if (this.delayMs > 0) return this.backOff()
    if (this.needsToken) return this.renew()
    if (this.needsServersView) return this.reconcile()
    const limit = this.attempt > 0 ? 1 : CONCURRENCY
    const job = this.inFlight.size < limit ? await this.take() : null
    if (job) {
      void this.send(job.plan, job.body)
      return
    }
    const isAllSent = this.inFlight.size === 0 && this.source.outstanding().length === 0
    if (this.source.isComplete() && isAllSent) return this.seal()
    return this.pause(null)
  }

  private async take(): Promise<{ plan: ChunkPlan; body: Bytes } | null> {
    const again = this.source.outstanding().find((plan) => !this.inFlight.has(chunkKey(plan)))
    if (again) return { plan: again, body: await this.source.read(again) }
    return this.source.next()
  }

  private async send(plan: ChunkPlan, body: Bytes): Promise<void> {
    const key = chunkKey(plan)
    this.inFlight.add(key)
    const reply = await this.transport.putChunk(plan, body)
    this.inFlight.delete(key)
    if (reply.kind === 'done') {
      this.source.acknowledge(plan)
      this.options.onSent?.()
      this.succeed()
      if (reply.value.isCancelled && !this.bringsBack && this.state.phase !== 'stopped')
        this.set({ ...this.state, problem: { kind: 'cancelled' } })
    } else if (isClosed(reply)) {
      this.close()
    } else {
      this.fail(reply)
    }
    this.wake()
  }

  private async seal(): Promise<void> {
    this.set({ ...this.state, phase: 'sealing' })
    const reply = await this.transport.seal(this.source.manifest(), this.bringsBack)
    if (reply.kind === 'done') return this.finish()
    this.set({ ...this.state, phase: 'sending' })
    if (isClosed(reply)) return this.close()
    if (isCode(reply, 'consultation_cancelled')) return this.stop({ kind: 'cancelled' })
    if (isCode(reply, 'recording_has_more') && !this.hasCompared) {
      // Chunks whose plan the disk had refused: the server knows them, so they can be listed.
      this.needsServersView = true
      return
    }
    if (reply.kind === 'refused' && reply.code === 'recording_incomplete') {
      for (const [segment, number] of reply.missing) this.source.retract(segment, number)
      if (this.source.outstanding().length > 0) {
        // A server that keeps forgetting must not be hammered.
        this.fail({ kind: 'later', isOffline: false, afterMs: null })
        return
      }
    }
    this.fail(reply)
  }

  private async finish(): Promise<void> {
    // Should deletion fail, the next page finds a recording that the server says is sealed, and deletes it then.
    await this.source.release().catch(() => undefined)
    this.set({ phase: 'sealed', problem: null })
  }

  private async renew(): Promise<void> {
    const reply = await this.transport.renew()
    if (reply.kind === 'done') {
      this.needsToken = false
      this.succeed()
    } else {
      this.fail(reply)
    }
  }

  private async reconcile(): Promise<void> {
    const reply = await this.transport.read()
    if (reply.kind !== 'done') return this.fail(reply)
    this.needsServersView = false
    this.succeed()
    await this.source.reconcile(reply.value.stored)
    this.hasCompared = true
    const hasMore = reply.value.isSealed && (await this.source.next()) !== null
    const isAllThere = !hasMore && this.source.outstanding().length === 0 && this.source.isComplete()
    if (reply.value.isSealed && isAllThere) return this.finish()
    if (!reply.value.isSealed && !this.isClosed) return
    this.stop({
      kind: 'refused',
      code: 'recording_sealed',
      message:
        'The server closed this recording before all of it had arrived. The rest is still on this device.',
    })
  }

  private close(): void {
    this.isClosed = true
    this.needsServersView = true
  }

  private succeed(): void {
    this.attempt = 0
    if (this.state.problem && this.state.phase !== 'stopped') this.set({ ...this.state, problem: null })
  }

  private fail(reply: Exclude<Reply<never>, { kind: 'done' }>): void {
    if (reply.kind === 'refused') {
      this.stop({ kind: 'refused', code: reply.code, message: reply.message })
      return
    }
    if (this.state.phase === 'stopped') return
    if (reply.kind === 'unauthorized') {
      // The first refusal is an expired token; the session may well be able to renew it at once.
      const isRenewalRefused = this.needsToken
      this.needsToken = true
      if (!isRenewalRefused) return
      this.set({ ...this.state, problem: { kind: 'signed_out' } })
    } else {
      this.set({ ...this.state, problem: { kind: reply.isOffline ? 'offline' : 'server_busy' } })
    }
    if (this.delayMs > 0) return
    this.attempt += 1
    const afterMs = reply.kind === 'later' ? (reply.afterMs ?? 0) : 0
    this.delayMs = Math.max(1, afterMs, backoffMs(this.attempt, this.options.random))
  }

  private stop(problem: UploadProblem): void {
    this.set({ phase: 'stopped', problem })
  }

  private set(state: UploadState): void {
    this.state = state
    this.options.onState(state)
  }

  private async backOff(): Promise<void> {
    const ms = this.delayMs
    this.delayMs = 0
    this.rung = false
    this.isBackingOff = true
    await this.pause(ms)
    this.isBackingOff = false
    // What was announced meanwhile is found by looking, so no ring is lost here.
    this.rung = true
  }

  private async pause(ms: number | null): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const cancel = ms === null ? null : (this.options.timer ?? browserTimer)(ms, resolve)
        this.ring = () => {
          cancel?.()
          resolve()
        }
      })
    }
    this.ring = null
    this.rung = false
  }
}

function isCode(reply: Reply<unknown>, code: string): boolean {
  return reply.kind === 'refused' && reply.code === code
}

function isClosed(reply: Reply<unknown>): boolean {
  return isCode(reply, 'recording_sealed')
}

function browserTimer(ms: number, ring: () => void): () => void {
  const handle = setTimeout(ring, ms)
  return () => clearTimeout(handle)
}

function damageText(error: unknown): string {
  const cause = error instanceof Error ? error.name : 'unknown'
  return `A part of this recording cannot be read back on this device (${cause}). Nothing was deleted.`
}
