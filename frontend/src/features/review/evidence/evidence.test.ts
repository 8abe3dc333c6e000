import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anEvidence, aSentence, aTranscript, aTurn } from '../testing/builders'
import { TurnIndex } from '../transcript/turn-index'
import { evidenceSpans } from './evidence-spans'
import { chosenEvidence, NOTHING_CHOSEN, type SelectionEvent, select, shown } from './selection'

describe('evidence in the transcript', () => {
  test('a quote is lit up as it stands', () => {
    const turn = aTurn(4, 'Mostly going up the stairs. I had it twice.')
    const index = new TurnIndex(aTranscript([turn]))

    const spans = evidenceSpans(index, [anEvidence({ utterance: 4, quote: 'going up the stairs.' })])

    expect(spans).toEqual([{ turn: 0, from: 7, to: 27 }])
  })

  test('of two equal quotes the one that was spoken at its time is meant', () => {
    const turn = aTurn(0, 'no pain and then no pain')
    const index = new TurnIndex(aTranscript([turn]))
    const second = turn.words[4]?.start_ms ?? 0

    const spans = evidenceSpans(index, [
      anEvidence({ quote: 'no pain', start_ms: second, end_ms: second + 1000 }),
    ])

    expect(spans).toEqual([{ turn: 0, from: 17, to: 24 }])
  })

  test('a corrected turn lights up the words of that time', () => {
    const turn = aTurn(0, 'one two three four')
    const index = new TurnIndex(aTranscript([turn]))

    const spans = evidenceSpans(index, [anEvidence({ quote: 'was other', start_ms: 2100, end_ms: 5900 })])

    expect(spans).toEqual([{ turn: 0, from: 4, to: 13 }])
  })

  test('a turn that was written anew lights up whole, and a turn that is gone not at all', () => {
    const index = new TurnIndex(aTranscript([aTurn(0, 'written anew', { words: [] })]))

    expect(evidenceSpans(index, [anEvidence({ quote: 'gone' })])).toEqual([{ turn: 0, from: 0, to: 12 }])
    expect(evidenceSpans(index, [anEvidence({ utterance: 9 })])).toEqual([])
  })

  test('whatever the evidence says, no span leaves its turn', () => {
    const evidence = fc.record({
      utterance: fc.nat(4),
      start_ms: fc.nat(60_000),
      end_ms: fc.nat(60_000),
      quote: fc.constantFrom('', 'a', 'b c', 'zzz', 'c a'),
    })
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
        fc.array(evidence),
        (words, items) => {
          const text = words.join(' ')
          const index = new TurnIndex(aTranscript([aTurn(0, text), aTurn(2, text)]))

          for (const span of evidenceSpans(index, items)) {
            expect(span.from).toBeGreaterThanOrEqual(0)
            expect(span.to).toBeGreaterThan(span.from)
            expect(span.to).toBeLessThanOrEqual(text.length)
          }
        },
      ),
    )
  })
})

describe('choosing evidence', () => {
  const a = { sentenceId: 'a', place: null }
  const b = { sentenceId: 'b', place: 1 }
  const steps = (...events: SelectionEvent[]) => shown(events.reduce(select, NOTHING_CHOSEN))

  test('a preview goes before the pin, and the pin comes back after it', () => {
    expect(steps({ kind: 'pin', chosen: a }, { kind: 'preview', chosen: b })).toEqual(b)
    expect(
      steps({ kind: 'pin', chosen: a }, { kind: 'preview', chosen: b }, { kind: 'leave', sentenceId: 'b' }),
    ).toEqual(a)
  })

  test('leaving a sentence late does not take away the next one', () => {
    expect(
      steps(
        { kind: 'preview', chosen: a },
        { kind: 'preview', chosen: b },
        { kind: 'leave', sentenceId: 'a' },
      ),
    ).toEqual(b)
  })

  test('pinning again, or clearing, lifts the pin', () => {
    expect(steps({ kind: 'pin', chosen: a }, { kind: 'pin', chosen: a })).toBeNull()
    expect(steps({ kind: 'pin', chosen: a }, { kind: 'preview', chosen: b }, { kind: 'clear' })).toBeNull()
  })

  test('a time link lights up its own place, the sentence all of them', () => {
    const sentence = aSentence('b', 'text', { evidence: [anEvidence(), anEvidence({ utterance: 1 })] })

    expect(chosenEvidence(sentence, b)).toEqual([anEvidence({ utterance: 1 })])
    expect(chosenEvidence(sentence, { sentenceId: 'b', place: null })).toHaveLength(2)
    expect(chosenEvidence(sentence, a)).toEqual([])
  })
})
