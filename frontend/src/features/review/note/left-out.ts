import type { Note, Problem, Withheld } from '../model/types'

/** Why a check kept a sentence out. */
const REASON: Record<Problem, string> = {
  no_evidence: 'no words of the transcript were given for it',
  not_one_line: 'it is empty or has several lines',
  unknown_utterance: 'it points to a turn that is not in the transcript',
  quote_not_said: 'the words that it quotes were not said',
  wrong_time: 'the words that it quotes were said at another time',
  number: 'a number in it was not said, or was said of something else',
  unit: 'an amount in it was not said',
  medicine_side_or_frequency:
    'a medicine, side or frequency in it was not said, or was said of something else',
  negation: 'it denies what nobody denied',
  affirmation: 'it affirms what nobody affirmed',
  condition: 'what was said depends on an “if”',
  polarity: 'it says the opposite of what was said',
  opposite: 'it says start for stop, normal for abnormal, or the like',
  someone_else: 'it was said of somebody else',
  words_not_said: 'it has words that were not said',
  addressed_to_the_scribe: 'it comes from words that were said to the scribe itself',
}

/** The checks that a sentence failed, in plain words. */
export function reasonOf({ problems }: Pick<Withheld, 'problems'>): string {
  const words = problems.map((problem) => REASON[problem]).join('; ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

/** What was left out of a section and does not stand in its text, typed in by somebody; each once. */
export function leftOutOf(note: Pick<Note, 'withheld'>, sectionKey: string, text: string): Withheld[] {
  const known = new Set(['', ...text.split('\n').map(asLine)])
  return note.withheld.filter((withheld) => {
    const line = asLine(withheld.text)
    if (withheld.section_key !== sectionKey || known.has(line)) return false
    known.add(line)
    return true
  })
}

/** A section's text with one more line at its end. */
export function withLine(text: string, line: string): string {
  const before = text.trimEnd()
  return before === '' ? asLine(line) : `${before}\n${asLine(line)}`
}

/** As the server keeps a line: single spaces, none around. */
function asLine(text: string): string {
  return text.split(/\s+/).join(' ').trim()
}
