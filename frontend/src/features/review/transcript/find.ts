import type { TurnSpan } from '../evidence/evidence-spans'
import type { Utterance } from '../model/types'

const MOST_MATCHES = 5000

/** Every place where the words occur, in reading order, whatever their case. */
export function findAll(turns: readonly Pick<Utterance, 'text'>[], words: string): TurnSpan[] {
  const wanted = words.trim()
  if (wanted === '') return []
  const pattern = new RegExp(escaped(wanted).replace(/\s+/g, '\\s+'), 'giu')
  const found: TurnSpan[] = []
  for (const [turn, { text }] of turns.entries()) {
    for (const match of text.matchAll(pattern)) {
      found.push({ turn, from: match.index, to: match.index + match[0].length })
      if (found.length >= MOST_MATCHES) return found
    }
  }
  return found
}

/** The match to go to next from `current` (-1: none yet), round and round. */
export function step(current: number, count: number, by: 1 | -1): number {
  if (count === 0) return -1
  if (current < 0) return by === 1 ? 0 : count - 1
  return (current + by + count) % count
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
}
