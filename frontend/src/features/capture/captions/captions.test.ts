import { describe, expect, it } from 'vitest'
import { type Captions, type CaptionTurn, hear, NO_CAPTIONS, shown } from './captions'

function turn(number: number, text: string, isFinal = true): CaptionTurn {
  return { kind: 'turn', number, text, is_final: isFinal, start_ms: 0, end_ms: 1, speaker: null }
}

function heard(...turns: CaptionTurn[]): Captions {
  return turns.reduce((captions, each) => hear(captions, { type: 'turn', turn: each }), NO_CAPTIONS)
}

const texts = (captions: Captions) => shown(captions).map((each) => each.text)

describe('captions', () => {
  it('replaces a turn by what comes under its number, wherever it stands', () => {
    const captions = heard(turn(1, 'Good', false), turn(2, 'Yes.'), turn(1, 'Good morning.'))

    expect(texts(captions)).toEqual(['Good morning.', 'Yes.'])
  })

  it('shows the last five, and nothing of a turn that turned out to be none', () => {
    const captions = heard(...[1, 2, 3, 4, 5, 6, 7].map((number) => turn(number, `${number}`)), turn(7, ''))

    expect(texts(captions)).toEqual(['2', '3', '4', '5', '6'])
  })

  it('keeps no turn waiting for an end when nobody listens any more', () => {
    const captions = hear(heard(turn(1, 'Good', false)), { type: 'lost' })

    expect(captions.turns[0]?.is_final).toBe(true)
    expect(captions.state).toBe('lost')
    expect(hear(captions, { type: 'live' }).state).toBe('starting')
  })
})
