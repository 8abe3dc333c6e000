import type { Note, Section } from '../model/types'

/** A section as it is typed: one sentence a line. */
export function sectionText(section: Pick<Section, 'sentences'>): string {
  return section.sentences.map((sentence) => sentence.text).join('\n')
}

/** What counts as the same text: blank lines and spaces at the ends mean nothing. */
export function normalised(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

/** Whether two texts would save as the same sentences. */
export function sameText(a: string, b: string): boolean {
  return normalised(a) === normalised(b)
}

/** What the server holds: the version and each section's text. */
export interface Held {
  version: number
  savedAt: string
  texts: Readonly<Record<string, string>>
}

/** The part of a note that saving needs. */
export function heldOf(note: Note): Held {
  const texts: Record<string, string> = {}
  for (const section of note.sections) texts[section.key] = sectionText(section)
  return { version: note.version, savedAt: note.saved_at, texts }
}
