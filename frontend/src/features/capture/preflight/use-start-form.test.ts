import { expect, test } from 'vitest'
import { firstLanguage } from './use-start-form'

const OFFERED = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'German' },
]

test('a consultation starts in the language of the clinic', () => {
  expect(firstLanguage(OFFERED, 'de')).toBe('de')
})

test('where that is not offered it starts in the first that is', () => {
  expect(firstLanguage(OFFERED, 'it')).toBe('en')
})

test('there is no language before the server has named them', () => {
  expect([firstLanguage(undefined, 'en'), firstLanguage([], 'en')]).toEqual([null, null])
})
