import { lastAtOrBefore } from '../model/search-array'
import type { Utterance, Word } from '../model/types'

/** A stretch of a turn's text: characters `from` (included) to `to` (excluded). */
export interface Span {
  from: number
  to: number
}

/** A turn's words with the places of their characters; `span` is null where a word is not found in the text. */
export interface TimedWord extends Word {
  span: Span | null
}

/**
 * Find each word of a turn in the turn's text, in order.
 * A word that the text does not hold (an engine's oddity) gets no place and takes none from those after it.
 */
export function placeWords(text: string, words: readonly Word[]): TimedWord[] {
  let from = 0
  return words.map((word) => {
    const needle = word.text.trim()
    const at = needle === '' ? -1 : text.indexOf(needle, from)
    if (at < 0) return { ...word, span: null }
    from = at + needle.length
    return { ...word, span: { from: at, to: from } }
  })
}

/** The word that is spoken at `ms`: the last that has begun, until a second after it has ended. */
export function wordAt(words: readonly TimedWord[], ms: number): TimedWord | null {
  const index = lastAtOrBefore(
    words.map((word) => word.start_ms),
    ms,
  )
  const word = words[index]
  return word !== undefined && ms < word.end_ms + 1000 ? word : null
}

/**
 * The time of the character at `offset`: the start of the word that holds it, else of the next word.
 * A turn without word times (rewritten by a person) gives an estimate by the share of its characters.
 */
export function timeOfOffset(turn: Utterance, words: readonly TimedWord[], offset: number): number {
  const placed = words.filter((word) => word.span !== null)
  if (placed.length === 0) {
    const share = turn.text.length === 0 ? 0 : Math.min(1, Math.max(0, offset / turn.text.length))
    return Math.round(turn.start_ms + share * (turn.end_ms - turn.start_ms))
  }
  const word = placed.find((candidate) => candidate.span !== null && offset < candidate.span.to)
  return (word ?? placed[placed.length - 1])?.start_ms ?? turn.start_ms
}

/** The places of words that are worth hearing again: unsure doses, drugs and negations. */
export function riskySpans(words: readonly TimedWord[]): Span[] {
  return words.flatMap((word) => (word.risky && word.span !== null ? [word.span] : []))
}
