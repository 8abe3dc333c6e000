import type { Evidence } from '../model/types'
import type { TurnIndex } from '../transcript/turn-index'
import type { Span, TimedWord } from '../transcript/turn-words'

/** A stretch of the transcript: a turn's list position, and characters of its text. */
export interface TurnSpan extends Span {
  turn: number
}

/**
 * The characters of the transcript that a sentence rests on.
 * The quote is looked for as it stands; where it occurs more than once, the one spoken nearest to its time is meant.
 * Was the turn corrected since, the words within the time are taken; with no word times, the whole turn.
 */
export function evidenceSpans(index: TurnIndex, evidence: readonly Evidence[]): TurnSpan[] {
  return evidence.flatMap((item) => {
    const turn = index.indexOf(item.utterance)
    const utterance = index.turns[turn]
    if (utterance === undefined) return []
    const words = index.words(turn)
    const span = spanOfQuote(utterance.text, words, item) ??
      spanOfTimes(words, item) ?? { from: 0, to: utterance.text.length }
    return span.to > span.from ? [{ turn, ...span }] : []
  })
}

function spanOfQuote(text: string, words: readonly TimedWord[], item: Evidence): Span | null {
  const quote = item.quote.trim()
  if (quote === '') return null
  let best: Span | null = null
  let bestDistance = Number.POSITIVE_INFINITY
  for (let from = text.indexOf(quote); from >= 0; from = text.indexOf(quote, from + 1)) {
    const distance = Math.abs((startOf(words, from) ?? item.start_ms) - item.start_ms)
    if (distance < bestDistance) {
      best = { from, to: from + quote.length }
      bestDistance = distance
    }
  }
  return best
}

function startOf(words: readonly TimedWord[], offset: number): number | null {
  return words.find((word) => word.span !== null && offset < word.span.to)?.start_ms ?? null
}

function spanOfTimes(words: readonly TimedWord[], item: Evidence): Span | null {
  const spans = words.flatMap((word) =>
    word.span !== null && word.start_ms < item.end_ms && word.end_ms > item.start_ms ? [word.span] : [],
  )
  const first = spans[0]
  const last = spans[spans.length - 1]
  return first !== undefined && last !== undefined ? { from: first.from, to: last.to } : null
}
