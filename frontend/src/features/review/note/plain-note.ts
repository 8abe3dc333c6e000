import { dayAndTime } from '~/lib/time'
import type { Note, Section } from '../model/types'

/** What goes on the clipboard: the same words, plain and rich. */
export interface Copied {
  text: string
  html: string
}

/** A section without its links, as it is pasted into a record. */
export function copySection(section: Pick<Section, 'title' | 'sentences'>): Copied {
  const lines = section.sentences.map((sentence) => sentence.text)
  return {
    text: `${section.title}\n${lines.join('\n')}`,
    html: `<h3>${escaped(section.title)}</h3>${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}`,
  }
}

/** The whole note; a draft says that it is one, and empty sections are left out. */
export function copyNote(note: Note, patient: string): Copied {
  const parts = note.sections.filter((section) => section.sentences.length > 0).map(copySection)
  const head = `${note.template_name}, ${patient}`
  const foot = [...statusLines(note), ...note.addenda.map(addendumLine)]
  return {
    text: [head, ...parts.map((part) => part.text), foot.join('\n')].join('\n\n'),
    html: `<h2>${escaped(head)}</h2>${parts.map((part) => part.html).join('')}${foot
      .map((line) => `<p><em>${escaped(line)}</em></p>`)
      .join('')}`,
  }
}

function statusLines(note: Note): string[] {
  if (note.signature === null) return ['DRAFT, not signed.']
  return [`Signed by ${note.signature.signer_name}, ${dayAndTime(note.signature.signed_at)}.`]
}

function addendumLine(addendum: Note['addenda'][number]): string {
  return `Addendum by ${addendum.author_name}, ${dayAndTime(addendum.created_at)}: ${addendum.text}`
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
