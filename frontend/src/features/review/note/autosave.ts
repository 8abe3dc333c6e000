import { type Held, normalised, sameText } from './section-text'

/** How a section's typed words fare on their way to the server. */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'waiting' }
  | { kind: 'due'; attempt: number }
  | { kind: 'saving'; sent: string; attempt: number }
  | { kind: 'retrying'; attempt: number; message: string }
  | { kind: 'refused'; message: string }
  | { kind: 'conflict'; theirs: string }

/** A section that is being typed in, or whose words are not on the server yet. */
export interface Draft {
  text: string
  /** The server's text that this one was typed over. */
  base: string
  open: boolean
  save: SaveState
}

/** All typed words of one note. `version` goes out as If-Match. `setAside` holds what was given up in a conflict. */
export interface Drafts {
  version: number
  savedAt: string
  sections: Readonly<Record<string, Draft>>
  setAside: Readonly<Record<string, string>>
}

export type DraftEvent =
  | { kind: 'held'; held: Held }
  | { kind: 'opened'; section: string; base: string }
  | { kind: 'closed'; section: string }
  | { kind: 'typed'; section: string; text: string }
  | { kind: 'due'; section: string }
  | { kind: 'sending'; section: string }
  | { kind: 'answered'; section: string; held: Held }
  | { kind: 'failed'; section: string; message: string }
  | { kind: 'refused'; section: string; message: string }
  | { kind: 'stale'; section: string; held: Held }
  | { kind: 'kept-mine'; section: string }
  | { kind: 'took-theirs'; section: string }
  | { kind: 'brought-back'; section: string; text: string; base: string }
  | { kind: 'dropped-aside'; section: string }

export function noDrafts(held: Held): Drafts {
  return { version: held.version, savedAt: held.savedAt, sections: {}, setAside: {} }
}

/** One step of the machine. Typed words leave it only when the server holds them, or the doctor lets go of them. */
export function reduce(drafts: Drafts, event: DraftEvent): Drafts {
  if (event.kind === 'held') return receive(drafts, event.held)
  if (event.kind === 'brought-back') return bringBack(drafts, event)
  if (event.kind === 'dropped-aside') return { ...drafts, setAside: without(drafts.setAside, event.section) }
  const draft = drafts.sections[event.section]
  if (event.kind === 'opened') {
    const opened = draft ?? { text: event.base, base: event.base, save: { kind: 'saved' } as const }
    return put(drafts, event.section, { ...opened, open: true })
  }
  if (draft === undefined) return drafts
  switch (event.kind) {
    case 'typed':
      return put(drafts, event.section, { ...draft, text: event.text, save: afterTyping(draft, event.text) })
    case 'closed':
      return put(drafts, event.section, { ...draft, open: false, save: hurried(draft.save) })
    case 'due':
      return put(drafts, event.section, { ...draft, save: hurried(draft.save) })
    case 'sending':
      return put(drafts, event.section, sending(draft))
    case 'answered':
      return answered(drafts, event.section, draft, event.held)
    case 'failed':
      return put(drafts, event.section, {
        ...draft,
        save: { kind: 'retrying', attempt: attemptOf(draft.save) + 1, message: event.message },
      })
    case 'refused':
      return put(drafts, event.section, { ...draft, save: { kind: 'refused', message: event.message } })
    case 'stale':
      return stale(drafts, event.section, draft, event.held)
    case 'kept-mine':
      return keepMine(drafts, event.section, draft)
    case 'took-theirs':
      return takeTheirs(drafts, event.section, draft)
  }
}

/** The section whose turn it is to be sent: one at a time, as each save makes a new version. */
export function nextToSend(drafts: Drafts): string | null {
  const entries = Object.entries(drafts.sections)
  if (entries.some(([, draft]) => draft.save.kind === 'saving')) return null
  return entries.find(([, draft]) => draft.save.kind === 'due')?.[0] ?? null
}

/** Whether some typed words are not on the server. */
export function hasUnsaved(drafts: Drafts): boolean {
  return Object.values(drafts.sections).some((draft) => draft.save.kind !== 'saved')
}

/** Seconds between tries: 1, 2, 4 ... 30. */
export function retryDelayMs(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.max(0, attempt - 1))
}

function afterTyping(draft: Draft, text: string): SaveState {
  switch (draft.save.kind) {
    case 'saving':
    case 'conflict':
      return draft.save
    case 'retrying':
    case 'due':
    case 'saved':
    case 'waiting':
    case 'refused':
      return sameText(text, draft.base) ? { kind: 'saved' } : { kind: 'waiting' }
  }
}

function hurried(save: SaveState): SaveState {
  if (save.kind === 'waiting') return { kind: 'due', attempt: 0 }
  if (save.kind === 'retrying') return { kind: 'due', attempt: save.attempt }
  return save
}

function sending(draft: Draft): Draft {
  if (draft.save.kind !== 'due') return draft
  return { ...draft, save: { kind: 'saving', sent: draft.text, attempt: draft.save.attempt } }
}

function attemptOf(save: SaveState): number {
  return save.kind === 'saving' || save.kind === 'due' || save.kind === 'retrying' ? save.attempt : 0
}

function answered(drafts: Drafts, section: string, draft: Draft, held: Held): Drafts {
  const base = held.texts[section] ?? ''
  const sent = draft.save.kind === 'saving' ? draft.save.sent : draft.text
  const settled: Draft = {
    ...draft,
    base,
    save: sameText(draft.text, sent) ? { kind: 'saved' } : { kind: 'waiting' },
  }
  return receive(put(drafts, section, settled), held)
}

/** The server has a newer note: what was typed over an older text becomes a conflict, unless nothing differs. */
function receive(drafts: Drafts, held: Held): Drafts {
  if (held.version < drafts.version) return drafts
  const sections: Record<string, Draft> = {}
  for (const [key, draft] of Object.entries(drafts.sections)) {
    const next = draft.save.kind === 'saving' ? draft : against(draft, held.texts[key] ?? '')
    if (next.open || next.save.kind !== 'saved') sections[key] = next
  }
  return { ...drafts, version: held.version, savedAt: held.savedAt, sections }
}

function against(draft: Draft, theirs: string): Draft {
  if (draft.save.kind === 'saved') {
    return sameText(draft.base, theirs) ? draft : { ...draft, text: theirs, base: theirs }
  }
  if (sameText(draft.text, theirs)) return { ...draft, base: theirs, save: { kind: 'saved' } }
  if (sameText(draft.base, theirs)) {
    return draft.save.kind === 'conflict' ? { ...draft, save: { kind: 'due', attempt: 0 } } : draft
  }
  return { ...draft, save: { kind: 'conflict', theirs } }
}

function stale(drafts: Drafts, section: string, draft: Draft, held: Held): Drafts {
  const again: Draft = { ...draft, save: { kind: 'due', attempt: attemptOf(draft.save) } }
  return receive(put(drafts, section, again), held)
}

function keepMine(drafts: Drafts, section: string, draft: Draft): Drafts {
  if (draft.save.kind !== 'conflict') return drafts
  return put(drafts, section, { ...draft, base: draft.save.theirs, save: { kind: 'due', attempt: 0 } })
}

function takeTheirs(drafts: Drafts, section: string, draft: Draft): Drafts {
  if (draft.save.kind !== 'conflict') return drafts
  const kept = normalised(draft.text) === '' ? drafts.setAside : { ...drafts.setAside, [section]: draft.text }
  return { ...drafts, sections: without(drafts.sections, section), setAside: kept }
}

function bringBack(drafts: Drafts, event: { section: string; text: string; base: string }): Drafts {
  const draft: Draft = { text: event.text, base: event.base, open: true, save: { kind: 'waiting' } }
  return { ...put(drafts, event.section, draft), setAside: without(drafts.setAside, event.section) }
}

function put(drafts: Drafts, section: string, draft: Draft): Drafts {
  const gone = !draft.open && draft.save.kind === 'saved'
  const sections = gone ? without(drafts.sections, section) : { ...drafts.sections, [section]: draft }
  return { ...drafts, sections }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = record
  return rest
}
