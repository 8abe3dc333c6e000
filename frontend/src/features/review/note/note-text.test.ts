import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aNote, aSentence, aTranscript, aTurn } from '../testing/builders'
import { TurnIndex } from '../transcript/turn-index'
import { diffLines, diffLists, diffWords } from './diff'
import { copyNote, copySection } from './plain-note'
import { inNoteOrder, reviewItems } from './review-items'

describe('differences', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c d', 'e'), { maxLength: 12 })

  test('hold the older text and the newer text whole', () => {
    fc.assert(
      fc.property(lines, lines, (older, newer) => {
        const pieces = diffLists(older, newer)

        expect(pieces.filter((piece) => piece.kind !== 'added').map((piece) => piece.text)).toEqual(older)
        expect(pieces.filter((piece) => piece.kind !== 'removed').map((piece) => piece.text)).toEqual(newer)
      }),
    )
  })

  test('line by line lose no line either', () => {
    fc.assert(
      fc.property(lines, lines, (older, newer) => {
        const result = diffLines(older.join('\n'), newer.join('\n'))
        const newerLines = result.flatMap((line) =>
          line.kind === 'changed'
            ? [
                line.pieces
                  .filter((piece) => piece.kind !== 'removed')
                  .map((piece) => piece.text)
                  .join(''),
              ]
            : line.kind === 'removed'
              ? []
              : [line.text],
        )

        expect(newerLines.join('\n')).toBe(newer.join('\n'))
      }),
    )
  })

  test('a changed dose is shown as the one word that changed', () => {
    expect(diffLines('Aspirin 75 mg daily.', 'Aspirin 150 mg daily.')).toEqual([
      { kind: 'changed', pieces: diffWords('Aspirin 75 mg daily.', 'Aspirin 150 mg daily.') },
    ])
    expect(diffWords('Aspirin 75 mg', 'Aspirin 150 mg')).toEqual([
      { kind: 'same', text: 'Aspirin ' },
      { kind: 'removed', text: '75' },
      { kind: 'added', text: '150' },
      { kind: 'same', text: ' mg' },
    ])
  })
})

describe('copying', () => {
  test('a section goes out plain and rich, with signs escaped in the rich form only', () => {
    const copied = copySection({ title: 'Plan', sentences: [aSentence('1', 'BP < 140 & stable.')] })

    expect(copied.text).toBe('Plan\nBP < 140 & stable.')
    expect(copied.html).toBe('<h3>Plan</h3><p>BP &lt; 140 &amp; stable.</p>')
  })

  test('a draft says that it is one; a signed note says by whom', () => {
    const signature = {
      signer_id: 'd',
      signer_name: 'Dr Lee',
      version: 1,
      attestation: '',
      signed_at: '2026-11-23T10:42:00Z',
    }

    expect(copyNote(aNote(), 'Ada Okafor').text).toContain('DRAFT, not signed.')
    expect(copyNote(aNote({ signature }), 'Ada Okafor').text).toContain('Signed by Dr Lee, 23 Nov 2026')
  })
})

describe('what to look at', () => {
  const open = (section: string | null, sentence: string | null) =>
    ({ kind: 'no_source', section_key: section, sentence_id: sentence, message: '' }) as const

  test('goes from top to bottom, what belongs to no section first', () => {
    const note = aNote({ open_items: [open('plan', 's2'), open('subjective', 's1'), open(null, null)] })

    expect(inNoteOrder(note).map((item) => item.section_key)).toEqual([null, 'subjective', 'plan'])
  })

  test('ends with the risky words of the transcript, unless they are switched off', () => {
    const turn = aTurn(0, 'metformin one gram')
    const words = turn.words.map((word) => ({ ...word, risky: word.text === 'one' }))
    const index = new TurnIndex(aTranscript([{ ...turn, words }]))

    expect(reviewItems(aNote(), index, true)).toMatchObject([
      { kind: 'risky', turn: 0, from: 10, to: 13, word: 'one' },
    ])
    expect(reviewItems(aNote(), index, false)).toEqual([])
  })
})
