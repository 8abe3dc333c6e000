import { expect, test } from 'vitest'
import { aNote, aWithheld } from '../testing/builders'
import { leftOutOf, reasonOf, withLine } from './left-out'
import { copyNote } from './plain-note'

const WARFARIN = aWithheld('plan', 'Start warfarin 5 mg.')

test('what was left out shows under its own section only', () => {
  const note = aNote({ withheld: [aWithheld('subjective', 'Smokes.'), WARFARIN] })

  expect(leftOutOf(note, 'plan', 'ECG today.')).toEqual([WARFARIN])
  expect(leftOutOf(note, 'objective', '')).toEqual([])
})

test('what somebody has typed in is no longer left out, and is again once it is deleted', () => {
  const note = aNote({ withheld: [WARFARIN] })

  expect(leftOutOf(note, 'plan', 'ECG today.\n  Start  warfarin 5 mg. ')).toEqual([])
  expect(leftOutOf(note, 'plan', 'ECG today. Start warfarin 5 mg.')).toEqual([WARFARIN])
})

test('a sentence of nothing is nothing to add, and one that comes twice is added once', () => {
  const withheld = [aWithheld('plan', ' \n'), WARFARIN, aWithheld('plan', 'Start  warfarin 5 mg.')]

  expect(leftOutOf(aNote({ withheld }), 'plan', '')).toEqual([WARFARIN])
})

test('a sentence is added as a line of its own, whatever it was broken into', () => {
  expect(withLine('', 'Rest.')).toBe('Rest.')
  expect(withLine('ECG today.\n', ' Start\nwarfarin  5 mg. ')).toBe('ECG today.\nStart warfarin 5 mg.')
})

test('the reason names every check that failed, as a sentence', () => {
  expect(reasonOf({ problems: ['number', 'words_not_said'] })).toBe(
    'A number in it was not said, or was said of something else; it has words that were not said.',
  )
})

test('what is copied holds neither what was left out nor the notices', () => {
  const note = aNote({ withheld: [WARFARIN], notices: [{ code: 'unsure', message: 'Quoted only.' }] })

  const { text, html } = copyNote(note, 'Ada Okafor')

  expect(`${text}${html}`).not.toMatch(/warfarin|Quoted only/)
})
