import type { TurnSpan } from '../evidence/evidence-spans'
import type { Utterance } from '../model/types'

/** A turn's new words. */
export interface Rewording {
  number: number
  text: string
}

/** What the turns say once the matches are replaced, each turn once; the words around them stay as they are. */
export function rewordings(
  turns: readonly Pick<Utterance, 'number' | 'text'>[],
  matches: readonly TurnSpan[],
  replacement: string,
): Rewording[] {
  const byTurn = new Map<number, TurnSpan[]>()
  for (const match of matches) byTurn.set(match.turn, [...(byTurn.get(match.turn) ?? []), match])
  return [...byTurn].flatMap(([at, spans]) => {
    const turn = turns[at]
    return turn === undefined ? [] : [{ number: turn.number, text: reworded(turn.text, spans, replacement) }]
  })
}

function reworded(text: string, spans: readonly TurnSpan[], replacement: string): string {
  let at = 0
  let made = ''
  for (const { from, to } of spans) {
    made += text.slice(at, from) + replacement
    at = to
  }
  return made + text.slice(at)
}
