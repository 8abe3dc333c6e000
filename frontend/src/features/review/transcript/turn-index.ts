import { lastAtOrBefore } from '../model/search-array'
import type { Transcript, Utterance } from '../model/types'
import { placeWords, type TimedWord, wordAt } from './turn-words'

/** Where the sound is: a turn, and the word in it when one is being spoken. */
export interface Place {
  turn: number
  word: TimedWord | null
}

/**
 * The transcript as the player asks for it: which turn and word a moment belongs to.
 * Words are placed in a turn's text when that turn is first asked for, so that 25,000 words cost nothing up front.
 */
export class TurnIndex {
  readonly turns: readonly Utterance[]
  readonly #starts: Float64Array
  readonly #order: readonly number[]
  readonly #words = new Map<number, TimedWord[]>()
  readonly #byNumber = new Map<number, number>()

  constructor(transcript: Pick<Transcript, 'utterances'>) {
    this.turns = transcript.utterances
    this.#order = this.turns
      .map((_, index) => index)
      .sort((a, b) => (this.turns[a]?.start_ms ?? 0) - (this.turns[b]?.start_ms ?? 0) || a - b)
    this.#starts = Float64Array.from(this.#order, (index) => this.turns[index]?.start_ms ?? 0)
    for (const [index, turn] of this.turns.entries()) this.#byNumber.set(turn.number, index)
  }

  /** The list position of the turn with this number; -1 when the transcript has none. */
  indexOf(number: number): number {
    return this.#byNumber.get(number) ?? -1
  }

  /** A turn's words with their places in its text. */
  words(index: number): TimedWord[] {
    const known = this.#words.get(index)
    if (known !== undefined) return known
    const turn = this.turns[index]
    const placed = turn === undefined ? [] : placeWords(turn.text, turn.words)
    this.#words.set(index, placed)
    return placed
  }

  /** What is being said at `ms`; null before the first turn. In a pause, the turn that was said last. */
  at(ms: number): Place | null {
    const position = lastAtOrBefore(this.#starts, ms)
    const turn = this.#order[position]
    if (turn === undefined) return null
    return { turn, word: wordAt(this.words(turn), ms) }
  }
}
