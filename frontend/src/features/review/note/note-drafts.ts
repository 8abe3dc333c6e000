import {
  type Draft,
  type DraftEvent,
  type Drafts,
  hasUnsaved,
  nextToSend,
  noDrafts,
  reduce,
  retryDelayMs,
} from './autosave'
import type { Held } from './section-text'

export const TYPING_PAUSE_MS = 800

/** What became of a save. */
export type SaveOutcome =
  | { kind: 'saved'; held: Held }
  | { kind: 'stale'; held: Held }
  | { kind: 'failed'; message: string }
  | { kind: 'refused'; message: string }

/** Sends a section's text, typed over `version`. Never throws. */
export type SaveSection = (section: string, text: string, version: number) => Promise<SaveOutcome>

/**
 * The typed words of one note, outside React: they outlive screens, an idle lock and a lost connection.
 * Saves go out one at a time, 800 ms after the last key or at once on leaving a section, and again until they arrive.
 */
export class NoteDrafts {
  #drafts: Drafts
  readonly #save: SaveSection
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(held: Held, save: SaveSection) {
    this.#drafts = noDrafts(held)
    this.#save = save
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): Drafts => this.#drafts

  /** Take one step, wake who listens, and do what follows from it. */
  dispatch(event: DraftEvent): void {
    const before = this.#drafts
    this.#drafts = reduce(before, event)
    if (this.#drafts === before) return
    for (const [section, draft] of Object.entries(this.#drafts.sections)) {
      if (draft !== before.sections[section]) this.#schedule(section, draft)
    }
    for (const listener of this.#listeners) listener()
    this.#sendNext()
  }

  /** Send all that waits, now: the connection is back, or the doctor is about to sign. */
  flush(): void {
    for (const section of Object.keys(this.#drafts.sections)) this.dispatch({ kind: 'due', section })
  }

  /** Resolves once nothing is unsaved (true), or something needs the doctor or the network (false). */
  settled(): Promise<boolean> {
    this.flush()
    return new Promise((resolve) => {
      const look = (): void => {
        const saves = Object.values(this.#drafts.sections).map((draft) => draft.save.kind)
        const moving = saves.some((kind) => kind === 'saving' || kind === 'due' || kind === 'waiting')
        if (moving) return
        stop()
        resolve(!hasUnsaved(this.#drafts))
      }
      const stop = this.subscribe(look)
      look()
    })
  }

  #schedule(section: string, draft: Draft): void {
    clearTimeout(this.#timers.get(section))
    this.#timers.delete(section)
    const delay = waitFor(draft)
    if (delay === null) return
    this.#timers.set(
      section,
      setTimeout(() => this.dispatch({ kind: 'due', section }), delay),
    )
  }

  #sendNext(): void {
    const section = nextToSend(this.#drafts)
    if (section === null) return
    this.dispatch({ kind: 'sending', section })
    const draft = this.#drafts.sections[section]
    if (draft?.save.kind !== 'saving') return
    this.#save(section, draft.save.sent, this.#drafts.version).then((outcome) => {
      this.dispatch(asEvent(section, outcome))
    })
  }
}

function waitFor(draft: Draft): number | null {
  if (draft.save.kind === 'waiting') return TYPING_PAUSE_MS
  if (draft.save.kind === 'retrying') return retryDelayMs(draft.save.attempt)
  return null
}

function asEvent(section: string, outcome: SaveOutcome): DraftEvent {
  switch (outcome.kind) {
    case 'saved':
      return { kind: 'answered', section, held: outcome.held }
    case 'stale':
      return { kind: 'stale', section, held: outcome.held }
    case 'failed':
      return { kind: 'failed', section, message: outcome.message }
    case 'refused':
      return { kind: 'refused', section, message: outcome.message }
  }
}
