import { claim, recordingLock } from '../claim'
import { importJournalKey } from '../journal/crypto'
import type { JournalStore } from '../journal/journal'
import { Reel } from '../journal/reel'
import type { JournalEntry } from '../journal/types'
import { Store } from '../store'
import { fetchGrant, HttpTransport } from '../upload/http-transport'
import type { Outbox } from '../upload/outbox'

/** Audio that an earlier page left on this device. */
export type Leftover = {
  entry: JournalEntry
  recordedMs: number
  problem: string | null
}

type Opened = { reel: Reel; token: string; release: () => void }

/** Finds what a crash left behind, and sends, plays or deletes it. */
export class Recovery {
  readonly store = new Store<{ leftovers: Leftover[] }>({ leftovers: [] })
  private readonly opened = new Map<string, Opened>()
  /** Why what was set aside could not be sent. */
  private readonly reasons = new Map<string, string>()

  constructor(
    private readonly journal: Promise<JournalStore>,
    private readonly outbox: Outbox,
  ) {}

  /** Look for this doctor's unsent recordings. Those that were finished are sent without asking. */
  async look(doctorId: string): Promise<void> {
    const found = await this.find(doctorId)
    this.store.set({ leftovers: found })
    for (const { entry } of found) {
      if (entry.state === 'finished' && entry.source === 'capture') await this.send(entry.recordingId)
    }
  }

  /** Take over what the outbox has given up. */
  async takeBack(recordingId: string, doctorId: string, reason: string): Promise<void> {
    this.reasons.set(recordingId, reason)
    await this.look(doctorId)
  }

  async send(recordingId: string): Promise<void> {
    const opened = await this.open(recordingId)
    const entry = this.entry(recordingId)
    if (!opened || !entry) return
    const { reel, token, release } = opened
    this.taken(recordingId)
    // Noted on the device, so that a page that is closed meanwhile goes on by itself at the next start.
    await reel.finish(entry.wallClockMs)
    const { consultationId, startedAt } = entry
    const transport = new HttpTransport(recordingId, token)
    const wake = this.outbox.send({ consultationId, source: 'capture', startedAt }, reel, transport, {
      isRecovery: true,
      onDone: release,
    })
    reel.onChange = wake
  }

  /** The audio as playable pieces; empty when it cannot be opened, with the reason on the leftover. */
  async listen(recordingId: string): Promise<Blob[]> {
    const opened = await this.open(recordingId)
    if (!opened) return []
    try {
      return await opened.reel.listen()
    } catch {
      this.explain(recordingId, 'This audio cannot be read back on this device.')
      return []
    }
  }

  /** Delete the copy on this device. What the server has, it keeps. */
  async discard(recordingId: string): Promise<void> {
    const release = this.opened.get(recordingId)?.release ?? (await claim(recordingLock(recordingId)))
    if (!release) {
      this.explain(recordingId, 'Another tab is working on this recording.')
      return
    }
    await (await this.journal).forget(recordingId)
    release()
    this.taken(recordingId)
  }

  private async find(doctorId: string): Promise<Leftover[]> {
    const journal = await this.journal
    const busy = new Set(this.outbox.list().map((delivery) => delivery.recordingId))
    const found: Leftover[] = []
    for (const entry of await journal.list()) {
      if (entry.doctorId !== doctorId || busy.has(entry.recordingId)) continue
      const release =
        this.opened.get(entry.recordingId)?.release ?? (await claim(recordingLock(entry.recordingId)))
      if (!release) continue
      if (!this.opened.has(entry.recordingId)) release()
      const slices = await journal.slices(entry.recordingId)
      if (entry.state === 'sealed' || (entry.source === 'capture' && slices.length === 0)) {
        await journal.forget(entry.recordingId)
        continue
      }
      const recordedMs = slices.reduce((sum, slice) => sum + slice.durationMs, 0)
      found.push({ entry, recordedMs, problem: this.reasons.get(entry.recordingId) ?? null })
    }
    return found.sort((a, b) => a.entry.startedAt - b.entry.startedAt)
  }

  private async open(recordingId: string): Promise<Opened | null> {
    const known = this.opened.get(recordingId)
    if (known) return known
    const entry = this.entry(recordingId)
    if (!entry) return null
    const release = await claim(recordingLock(recordingId))
    if (!release) return this.explain(recordingId, 'Another tab is working on this recording.')
    const grant = await fetchGrant(recordingId)
    if (grant.kind !== 'done') {
      release()
      if (grant.kind === 'refused') return this.explain(recordingId, grant.message)
      const words =
        grant.kind === 'unauthorized'
          ? 'Sign in to send this recording.'
          : 'Scribe cannot be reached. This recording stays on this device until it can.'
      return this.explain(recordingId, words)
    }
    const key = await importJournalKey(grant.value.journal_key)
    const reel = await Reel.resume(await this.journal, key, entry, grant.value.chunk_max_bytes)
    const opened = { reel, token: grant.value.upload_token, release }
    this.opened.set(recordingId, opened)
    return opened
  }

  private entry(recordingId: string): JournalEntry | null {
    const leftover = this.store.get().leftovers.find(({ entry }) => entry.recordingId === recordingId)
    return leftover?.entry ?? null
  }

  private explain(recordingId: string, problem: string): null {
    const leftovers = this.store
      .get()
      .leftovers.map((leftover) =>
        leftover.entry.recordingId === recordingId ? { ...leftover, problem } : leftover,
      )
    this.store.set({ leftovers })
    return null
  }

  /** It is being sent by other means. */
  taken(recordingId: string): void {
    this.opened.delete(recordingId)
    this.reasons.delete(recordingId)
    const leftovers = this.store.get().leftovers.filter(({ entry }) => entry.recordingId !== recordingId)
    this.store.set({ leftovers })
  }
}
