/** A part of anything that is typed section by section. */
export interface TypedSection {
  key: string
  title: string
  sentences: readonly { text: string }[]
}

/** A section as it is typed: one sentence a line. */
export function sectionText(section: Pick<TypedSection, 'sentences'>): string {
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

/** The part of a note, or of a document made from it, that saving needs. */
export function heldOf(paper: {
  version: number
  saved_at: string
  sections: readonly TypedSection[]
}): Held {
  const texts: Record<string, string> = {}
  for (const section of paper.sections) texts[section.key] = sectionText(section)
  return { version: paper.version, savedAt: paper.saved_at, texts }
}
