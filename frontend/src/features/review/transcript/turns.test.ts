import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lastAtOrBefore } from '../model/search-array'
import { aTranscript, aTurn } from '../testing/builders'
import { findAll, step } from './find'
import { segments } from './segments'
import { TurnIndex } from './turn-index'
import { placeWords, riskySpans, timeOfOffset } from './turn-words'

const spokenText = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9',.-]{1,8}$/), { minLength: 1, maxLength: 40 })
  .map((words) => words.join(' '))

describe('words and their places', () => {
  test('every word of a turn is found where it stands', () => {
    fc.assert(
      fc.property(spokenText, (text) => {
        const placed = placeWords(text, aTurn(0, text).words)

        expect(placed.map(({ span }) => span && text.slice(span.from, span.to)).join(' ')).toBe(text)
      }),
    )
  })

  test('a word that the text does not hold takes no place from those after it', () => {
    const turn = aTurn(0, 'one gram twice')
    const words = turn.words.map((word, index) => (index === 1 ? { ...word, text: 'grams?' } : word))

    const placed = placeWords(turn.text, words)

    expect(placed.map((word) => word.span)).toEqual([{ from: 0, to: 3 }, null, { from: 9, to: 14 }])
  })

  test('a click on any character of a word goes to that word, and the playhead then shows it', () => {
    fc.assert(
      fc.property(spokenText, fc.nat(), (text, any) => {
        const turn = aTurn(3, text)
        const index = new TurnIndex(aTranscript([turn]))
        const offset = any % text.length

        const place = index.at(timeOfOffset(turn, index.words(0), offset))

        const span = place?.word?.span
        expect(span && offset < span.to).toBe(true)
        if (text[offset] !== ' ') expect(span && offset >= span.from).toBe(true)
      }),
    )
  })

  test('a turn without word times is gone to by the share of its characters', () => {
    const turn = aTurn(0, 'abcdefghij', { start_ms: 1000, end_ms: 2000, words: [] })

    expect([0, 5, 99].map((offset) => timeOfOffset(turn, [], offset))).toEqual([1000, 1500, 2000])
  })

  test('only risky words are marked', () => {
    const turn = aTurn(0, 'metformin one gram')
    const words = placeWords(turn.text, turn.words).map((word) => ({ ...word, risky: word.text === 'one' }))

    expect(riskySpans(words)).toEqual([{ from: 10, to: 13 }])
  })
})

describe('from time to turn', () => {
  const index = new TurnIndex(
    aTranscript([aTurn(1, 'first turn'), aTurn(2, 'second turn'), aTurn(5, 'third')]),
  )

  test('nothing is said before the first turn', () => {
    expect(index.at(9999)).toBeNull()
  })

  test('a pause belongs to the turn before it, but to no word', () => {
    expect(index.at(19_900)).toEqual({ turn: 0, word: null })
  })

  test('turns are found by their number, which outlives corrections', () => {
    expect([index.indexOf(5), index.indexOf(3)]).toEqual([2, -1])
  })

  test('turns that were saved out of order are still found by time', () => {
    const mixed = new TurnIndex(aTranscript([aTurn(7, 'later'), aTurn(2, 'earlier')]))

    expect([mixed.at(21_000)?.turn, mixed.at(71_000)?.turn]).toEqual([1, 0])
  })

  test('the search agrees with looking at each', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.nat(1000), (numbers, at) => {
        const starts = numbers.sort((a, b) => a - b)

        expect(lastAtOrBefore(starts, at)).toBe(starts.findLastIndex((start) => start <= at))
      }),
    )
  })
})

describe('find', () => {
  test('finds words in any case, over line breaks, and takes signs for what they are', () => {
    const turns = [{ text: 'Twice a day. TWICE  A day?' }, { text: 'a (b) [c] 5.5 c-d' }]

    expect(findAll(turns, 'twice a')).toHaveLength(2)
    expect(findAll(turns, '(b) [c] 5.5')).toEqual([{ turn: 1, from: 2, to: 13 }])
    expect(findAll(turns, 'c-d')).toHaveLength(1)
    expect(findAll(turns, '   ')).toEqual([])
  })

  test('any words can be looked for, and what is found holds them', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (words) => {
        const text = `before ${words} after`

        const found = findAll([{ text }], words)

        if (words.trim() !== '') expect(found.length).toBeGreaterThan(0)
      }),
    )
  })

  test('the next match after the last is the first', () => {
    expect([step(-1, 3, 1), step(2, 3, 1), step(0, 3, -1), step(-1, 3, -1), step(0, 0, 1)]).toEqual([
      0, 0, 2, 2, -1,
    ])
  })
})

describe('segments', () => {
  test('cutting loses no character, and each piece bears the marks that cover it', () => {
    const span = fc.record({ from: fc.nat(30), to: fc.nat(40), mark: fc.constantFrom('evidence', 'search') })
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(span), (text, spans) => {
        const pieces = segments(text, spans)

        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
      }),
    )
    expect(segments('abcdef', [{ from: 1, to: 3, mark: 'evidence' }])).toEqual([
      { text: 'a', marks: [] },
      { text: 'bc', marks: ['evidence'] },
      { text: 'def', marks: [] },
    ])
  })
})
