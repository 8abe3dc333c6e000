import type { Evidence, Sentence } from '../model/types'

/** Which sentence's source is shown, and which of its places; `null` place means all of them. */
export interface Chosen {
  sentenceId: string
  place: number | null
}

/** A preview lasts while the pointer or focus is there; a pin stays until it is lifted. */
export interface Selection {
  preview: Chosen | null
  pinned: Chosen | null
}

export type SelectionEvent =
  | { kind: 'preview'; chosen: Chosen }
  | { kind: 'leave'; sentenceId: string }
  | { kind: 'pin'; chosen: Chosen }
  | { kind: 'clear' }

export const NOTHING_CHOSEN: Selection = { preview: null, pinned: null }

/** Pinning what is pinned lifts it; leaving one sentence never takes away the preview of another. */
export function select(selection: Selection, event: SelectionEvent): Selection {
  switch (event.kind) {
    case 'preview':
      return same(selection.preview, event.chosen) ? selection : { ...selection, preview: event.chosen }
    case 'leave':
      return selection.preview?.sentenceId === event.sentenceId ? { ...selection, preview: null } : selection
    case 'pin':
      return same(selection.pinned, event.chosen)
        ? { preview: null, pinned: null }
        : { preview: null, pinned: event.chosen }
    case 'clear':
      return selection.preview === null && selection.pinned === null ? selection : NOTHING_CHOSEN
  }
}

/** What is lit up now: a preview goes before a pin. */
export function shown(selection: Selection): Chosen | null {
  return selection.preview ?? selection.pinned
}

/** The places of the transcript that are lit up for a choice. */
export function chosenEvidence(sentence: Sentence | undefined, chosen: Chosen | null): Evidence[] {
  if (sentence === undefined || chosen === null || sentence.id !== chosen.sentenceId) return []
  if (chosen.place === null) return sentence.evidence
  const item = sentence.evidence[chosen.place]
  return item === undefined ? [] : [item]
}

function same(a: Chosen | null, b: Chosen): boolean {
  return a !== null && a.sentenceId === b.sentenceId && a.place === b.place
}
