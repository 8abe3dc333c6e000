import { claim, recordingLock } from '../claim'
import { importJournalKey } from '../journal/crypto'
import type { JournalStore } from '../journal/journal'
import { Reel } from '../journal/reel'
import type { JournalEntry } from '../journal/types'
import { Store } from '../store'
import { fetchGrant, HttpTransport } from '../upload/http-transport'
import type { Outbox } from '../upload/outbox'
import { Discards } from './discards'

/** Audio that an earlier page left on this device. */
export type Leftover = {
  entry: JournalEntry
  recordedMs: number
  problem: string | null
  /** False for what was discarded, while the server may still be told. */
  mayDelete: boolean
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
    private readonly discards: Discards = new Discards(journal),
  ) {}

  /** Look for this doctor's unsent recordings. Those that were finished or discarded are settled without asking. */
  async look(doctorId: string): Promise<void> {
    for (const { entry } of await this.list(doctorId)) {
      if (entry.state === 'finished' && entry.source === 'capture') await this.send(entry.recordingId)
      if (entry.state === 'discarded' && !this.discards.isRefused(entry.recordingId)) await this.giveUp(entry)
    }
  }

  /** It was discarded: tell the server, and drop the local copy once it knows. `still`: nothing writes to it any more. */
  async giveUp(entry: JournalEntry, still?: Promise<void>): Promise<boolean> {
    const isTold = await this.discards.settle(entry, still)
    if (isTold) this.taken(entry.recordingId)
    else await this.list(entry.doctorId)
    return isTold
  }

  /** Try again at once what the server could not be told. */
  hurry(): void {
    for (const entry of this.discards.waiting()) {
      if (!this.discards.isRefused(entry.recordingId)) void this.giveUp(entry)
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
    this.discards.drop(recordingId)
    this.taken(recordingId)
  }

  /** Delete what is here of a consultation that the server has cancelled. */
  async discardOf(consultationId: string): Promise<void> {
    for (const { entry } of this.store.get().leftovers) {
      if (entry.consultationId === consultationId) await this.discard(entry.recordingId)
    }
  }

  private async list(doctorId: string): Promise<Leftover[]> {
    const leftovers = await this.find(doctorId)
    this.store.set({ leftovers })
    return leftovers
  }

  private async find(doctorId: string): Promise<Leftover[]> {
    const journal = await this.journal
    const busy = new Set(this.outbox.list().map((delivery) => delivery.recordingId))
    const found: Leftover[] = []
    for (const entry of this.withDiscarded(await journal.list())) {
      if (entry.doctorId !== doctorId || busy.has(entry.recordingId)) continue
      const release =
        this.opened.get(entry.recordingId)?.release ?? (await claim(recordingLock(entry.recordingId)))
      if (!release) continue
      if (!this.opened.has(entry.recordingId)) release()
      const slices = await journal.slices(entry.recordingId)
      const isEmpty = entry.source === 'capture' && slices.length === 0
      if (entry.state === 'sealed' || (isEmpty && entry.state !== 'discarded')) {
        await journal.forget(entry.recordingId)
        continue
      }
      const recordedMs = slices.reduce((sum, slice) => sum + slice.durationMs, 0)
      const untold = this.discards.reasonFor(entry.recordingId)
      const problem = untold?.text ?? this.reasons.get(entry.recordingId) ?? null
      const mayDelete = entry.state !== 'discarded' || this.discards.isRefused(entry.recordingId)
      found.push({ entry, recordedMs, problem, mayDelete })
    }
    return found.sort((a, b) => a.entry.startedAt - b.entry.startedAt)
  }

  /** What was discarded counts as that, whatever the disk was able to note. */
  private withDiscarded(listed: JournalEntry[]): JournalEntry[] {
    const discarded = new Map(this.discards.waiting().map((entry) => [entry.recordingId, entry]))
    const others = listed.filter(({ recordingId }) => !discarded.has(recordingId))
    return [...others, ...discarded.values()]
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

  /** It is not to be listed any more: sent by other means, or gone. */
  taken(recordingId: string): void {
    this.opened.delete(recordingId)
    this.reasons.delete(recordingId)
    const leftovers = this.store.get().leftovers.filter(({ entry }) => entry.recordingId !== recordingId)
    this.store.set({ leftovers })
  }
}
