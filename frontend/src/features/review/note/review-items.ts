import type { Note, OpenItem } from '../model/types'
import type { TurnIndex } from '../transcript/turn-index'
import { riskySpans } from '../transcript/turn-words'

/** Something worth a second look: in the note, or a word of the transcript that the engine was unsure of. */
export type ReviewItem =
  | { kind: 'open'; item: OpenItem }
  | { kind: 'risky'; turn: number; from: number; to: number; word: string; startMs: number }

/** All of them in the order in which `N` goes through: the note from top to bottom, then the transcript. */
export function reviewItems(note: Note | null, index: TurnIndex | null, withRisky: boolean): ReviewItem[] {
  const items: ReviewItem[] = note === null ? [] : inNoteOrder(note).map((item) => ({ kind: 'open', item }))
  if (index === null || !withRisky) return items
  for (const [turn, utterance] of index.turns.entries()) {
    if (!utterance.words.some((word) => word.risky)) continue
    for (const span of riskySpans(index.words(turn))) {
      const word = utterance.text.slice(span.from, span.to)
      const startMs =
        index.words(turn).find((candidate) => candidate.span === span)?.start_ms ?? utterance.start_ms
      items.push({ kind: 'risky', turn, ...span, word, startMs })
    }
  }
  return items
}

/** The open items as they lie in the note; those of no section first. */
export function inNoteOrder(note: Pick<Note, 'sections' | 'open_items'>): OpenItem[] {
  const place = (item: OpenItem): number => {
    const section = note.sections.findIndex((candidate) => candidate.key === item.section_key)
    if (section < 0) return -1
    const sentences = note.sections[section]?.sentences ?? []
    return section * 10_000 + sentences.findIndex((sentence) => sentence.id === item.sentence_id)
  }
  return note.open_items
    .map((item, index) => ({ item, index, place: place(item) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ item }) => item)
}
