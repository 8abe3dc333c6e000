import type { Schema } from '~/api/client'

export type CaptionTurn = Schema<'CaptionTurn'>
export type CaptionState = Schema<'CaptionState'>

export interface Captions {
  /** What was heard last, oldest first. */
  turns: readonly CaptionTurn[]
  state: CaptionState['state'] | 'lost'
  /** Why there are none, or why they come late, in the server's words. */
  message: string | null
  isBehind: boolean
}

/** More would be a transcript, and that is made with more care. */
const SHOWN = 5
/** What came before an empty turn may be shown again, so some more are kept. */
const KEPT = 30

export const NO_CAPTIONS: Captions = { turns: [], state: 'starting', message: null, isBehind: false }

export type CaptionEvent =
  | { type: 'turn'; turn: CaptionTurn }
  | { type: 'state'; state: CaptionState }
  | { type: 'lost' }
  | { type: 'live' }

/** What an event makes of the captions. The same number again replaces a turn; without text it was nothing. */
export function hear(captions: Captions, event: CaptionEvent): Captions {
  switch (event.type) {
    case 'turn': {
      const others = captions.turns.filter((turn) => turn.number !== event.turn.number)
      const turns = [...others, event.turn].sort((one, other) => one.number - other.number).slice(-KEPT)
      return { ...captions, turns }
    }
    case 'state':
      return {
        ...captions,
        turns: event.state.state === 'listening' ? captions.turns : settled(captions.turns),
        state: event.state.state,
        message: event.state.message ?? null,
        isBehind: event.state.is_behind ?? false,
      }
    case 'lost':
      return { ...captions, turns: settled(captions.turns), state: 'lost', message: null, isBehind: false }
    case 'live':
      return captions.state === 'lost' ? { ...captions, state: 'starting' } : captions
  }
}

/** The turns for the screen. */
export function shown(captions: Captions): readonly CaptionTurn[] {
  return captions.turns.filter((turn) => turn.text !== '').slice(-SHOWN)
}

/** Where nobody listens any more, nothing is still being said. */
function settled(turns: readonly CaptionTurn[]): readonly CaptionTurn[] {
  return turns.map((turn) => (turn.is_final ? turn : { ...turn, is_final: true }))
}
