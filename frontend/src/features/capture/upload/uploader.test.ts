// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../journal/crypto'
import { immediately, RECORDING_ID } from '../testing/a-recording'
import { FakeServer, tick } from '../testing/fake-server'
import { FileSource } from './file-source'
import type { Receipt, Reply } from './transport'
import { Uploader, type UploadState } from './uploader'

const REFUSED = (code: string): Reply<never> => ({
  kind: 'refused',
  code,
  message: `said ${code}`,
  missing: [],
})

function aFile(size: number): Blob {
  return new Blob([new Uint8Array(size).map((_, index) => index % 251)])
}

function sending(server: FakeServer, options: { size?: number; isRecovery?: boolean } = {}) {
  const states: UploadState[] = []
  const released: string[] = []
  const source = new FileSource(RECORDING_ID, aFile(options.size ?? 95), 10, async () => {
    released.push(RECORDING_ID)
  })
  const uploader = new Uploader(source, server, {
    timer: immediately,
    isRecovery: options.isRecovery ?? false,
    onState: (state) => states.push(state),
  })
  const done = uploader.run()
  /** The state once something is wrong. */
  const trouble = async (): Promise<UploadState | undefined> => {
    while (!states.at(-1)?.problem) await tick()
    return states.at(-1)
  }
  return { uploader, source, states, released, done, trouble }
}

class Scripted extends FakeServer {
  onPut: (chunk: number, times: number) => Reply<Receipt> | null = () => null
  onSeal: () => Reply<null> | null = () => null
  onRenew: () => Reply<null> | null = () => null
  renewals = 0
  private readonly times = new Map<number, number>()

  override putChunk(plan: Parameters<FakeServer['putChunk']>[0], body: Bytes) {
    const times = (this.times.get(plan.number) ?? 0) + 1
    this.times.set(plan.number, times)
    const reply = this.onPut(plan.number, times)
    return reply ? Promise.resolve(reply) : super.putChunk(plan, body)
  }
  override seal(...sealed: Parameters<FakeServer['seal']>) {
    const reply = this.onSeal()
    return reply ? Promise.resolve(reply) : super.seal(...sealed)
  }
  override renew() {
    this.renewals += 1
    const reply = this.onRenew()
    return reply ? Promise.resolve(reply) : super.renew()
  }
}

describe('the uploader', () => {
  it('drops the local copy only after the server has sealed', async () => {
    const server = new Scripted()
    let releasedAtSeal: number | null = null
    const run = sending(server)
    server.onSeal = () => {
      releasedAtSeal ??= run.released.length
      return null
    }

    await run.done

    expect(releasedAtSeal).toBe(0)
    expect(run.released).toHaveLength(1)
    expect(server.audioOf(0)).toHaveLength(95)
  })

  it.each(['chunk_conflict', 'chunk_too_large', 'unsupported_media', 'chunk_empty'])(
    'stops at %s, names it, and keeps the audio',
    async (code) => {
      const server = new Scripted()
      server.onPut = (chunk) => (chunk === 3 ? REFUSED(code) : null)
      const run = sending(server)

      const state = await run.trouble()

      expect(state).toEqual({ phase: 'stopped', problem: { kind: 'refused', code, message: `said ${code}` } })
      expect(run.released).toEqual([])
    },
  )

  it('goes on when somebody presses Try again', async () => {
    const server = new Scripted()
    server.onPut = (chunk, times) => (chunk === 3 && times === 1 ? REFUSED('chunk_too_large') : null)
    const run = sending(server)
    await run.trouble()

    run.uploader.hurry()
    await run.done

    expect(run.released).toHaveLength(1)
  })

  it('renews an expired token once and goes on', async () => {
    const server = new Scripted()
    server.onPut = (_chunk, times) => (times === 1 ? { kind: 'unauthorized' } : null)
    const run = sending(server, { size: 25 })

    await run.done

    expect(server.renewals).toBeGreaterThan(0)
    expect(run.states.some((state) => state.problem?.kind === 'signed_out')).toBe(false)
  })

  it('waits for a sign-in when the session is locked too, and goes on after it', async () => {
    const server = new Scripted()
    let isLocked = true
    server.onPut = () => (isLocked ? { kind: 'unauthorized' } : null)
    server.onRenew = () => (isLocked ? { kind: 'unauthorized' } : null)
    const run = sending(server)

    const state = await run.trouble()
    isLocked = false
    run.uploader.hurry()
    await run.done

    expect(state?.problem).toEqual({ kind: 'signed_out' })
    expect(run.released).toHaveLength(1)
  })

  it('sends again what the server turns out to miss at the seal', async () => {
    const server = new Scripted()
    let forgets = 1
    server.onSeal = () => {
      if (forgets > 0) {
        forgets -= 1
        server.chunks.delete('0/4')
      }
      return null
    }
    const run = sending(server)

    await run.done

    expect(server.audioOf(0)).toHaveLength(95)
  })

  it('takes a recording that was sealed before the page died as done', async () => {
    const server = new Scripted()
    await sending(server).done
    const before = server.requests

    const run = sending(server, { isRecovery: true })
    await run.done

    expect(run.released).toHaveLength(1)
    expect(server.requests - before).toBeLessThan(4)
  })

  it('says so, and keeps the rest, when the server takes no more', async () => {
    const server = new Scripted()
    server.onPut = (chunk) => (chunk > 2 ? REFUSED('recording_sealed') : null)
    const run = sending(server)

    const state = await run.trouble()

    expect(state?.phase).toBe('stopped')
    expect(state?.problem).toMatchObject({ kind: 'refused', code: 'recording_sealed' })
    expect(run.released).toEqual([])
  })

  it('says at the next chunk that the consultation was cancelled elsewhere, and goes on sending', async () => {
    const server = new Scripted()
    server.onPut = (chunk) => {
      server.isCancelled = chunk >= 3
      return null
    }
    const run = sending(server)

    const state = await run.trouble()

    expect(state).toEqual({ phase: 'sending', problem: { kind: 'cancelled' } })
  })

  it('keeps the copy of what was cancelled elsewhere, and stops', async () => {
    const server = new Scripted()
    server.isCancelled = true
    const run = sending(server)

    while (run.states.at(-1)?.phase !== 'stopped') await tick()

    expect(run.states.at(-1)?.problem).toEqual({ kind: 'cancelled' })
    expect(run.released).toEqual([])
    expect(server.chunks.size).toBe(10)
    expect(server.sealedWith).toBeNull()
  })

  it('asks again before it seals what is only tried again, and seals what its doctor brings back', async () => {
    const server = new Scripted()
    server.isCancelled = true
    const run = sending(server)
    while (run.states.at(-1)?.phase !== 'stopped') await tick()

    run.uploader.hurry()
    while (run.states.at(-1)?.phase !== 'stopped') await tick()
    const releasedByTrying = run.released.length
    run.uploader.bringBack()
    await run.done

    expect(releasedByTrying).toBe(0)
    expect(run.released).toHaveLength(1)
    expect(server.audioOf(0)).toHaveLength(95)
  })

  it('stops working when disposed, and leaves everything in place', async () => {
    const server = new Scripted()
    server.onPut = () => ({ kind: 'later', isOffline: true, afterMs: null })
    const run = sending(server)
    await run.trouble()

    run.uploader.dispose()
    await run.done

    expect(run.released).toEqual([])
    expect(run.states.some((state) => state.problem?.kind === 'offline')).toBe(true)
  })
})
