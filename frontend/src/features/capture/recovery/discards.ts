import type { JournalStore } from '../journal/journal'
import type { JournalEntry } from '../journal/types'
import { cancelConsultation } from '../upload/http-transport'
import type { Reply } from '../upload/transport'

/** Why the server has not cancelled yet; `isFinal` when asking again is in vain. */
export type Untold = { text: string; isFinal: boolean }

/**
 * Recordings that were given up.
 *
 * The server is told first, and only when it has answered does the local copy go: a copy that went before would leave
 * the server with a beginning that it closes and transcribes by itself after a while.
 */
export class Discards {
  private readonly pending = new Map<string, JournalEntry>()
  private readonly untold = new Map<string, Untold>()

  constructor(
    private readonly journal: Promise<JournalStore>,
    private readonly cancel: (consultationId: string) => Promise<Reply<null>> = cancelConsultation,
  ) {}

  /** True once the server has cancelled it and nothing of it is left here. Nothing is written after `still`. */
  async settle(entry: JournalEntry, still: Promise<void> = Promise.resolve()): Promise<boolean> {
    this.pending.set(entry.recordingId, entry)
    const reply = await this.cancel(entry.consultationId)
    await still
    if (reply.kind !== 'done') {
      this.untold.set(entry.recordingId, untoldFor(reply))
      return false
    }
    // Should deletion fail, the next look finds it discarded, and asks again.
    await (await this.journal).forget(entry.recordingId).catch(() => undefined)
    this.drop(entry.recordingId)
    return true
  }

  /** Nothing more is to be done about it. */
  drop(recordingId: string): void {
    this.pending.delete(recordingId)
    this.untold.delete(recordingId)
  }

  /** Whether the server has said for good that it does not cancel: to ask again is in vain. */
  isRefused(recordingId: string): boolean {
    return this.untold.get(recordingId)?.isFinal ?? false
  }

  /** Those of which the server does not know yet, though the disk may have refused to note them. */
  waiting(): JournalEntry[] {
    return [...this.pending.values()]
  }

  reasonFor(recordingId: string): Untold | null {
    return this.untold.get(recordingId) ?? null
  }
}

function untoldFor(reply: Exclude<Reply<null>, { kind: 'done' }>): Untold {
  if (reply.kind === 'unauthorized') return { text: 'Sign in to go on.', isFinal: false }
  if (reply.kind === 'later')
    return { text: 'Scribe cannot be reached. It is told as soon as it can be.', isFinal: false }
  if (reply.code === 'cannot_cancel')
    return {
      text: 'The server had closed this recording before it was told, and works on it. Look for it in the list.',
      isFinal: true,
    }
  return { text: reply.message, isFinal: true }
}
