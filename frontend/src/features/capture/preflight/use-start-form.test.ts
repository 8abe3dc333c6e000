import { QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { expect, test } from 'vitest'
import { SESSION_KEY } from '~/api/session'
import { aSession } from '~/test/builders'
import { testQueryClient } from '~/test/render'
import { answerWith, json } from '~/test/server'
import { firstLanguage, useStartForm } from './use-start-form'

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

test('consent holds for the language in which it was asked, and for no other', async () => {
  answerWith({
    'GET /api/languages': () => json(OFFERED),
    'GET /api/templates': () => json([{ key: 'soap', name: 'SOAP note', sections: [] }]),
    'GET /api/consent-wording': () => json({ version: '1', language: 'en', text: 'Do you agree?' }),
  })
  const queryClient = testQueryClient()
  queryClient.setQueryData(SESSION_KEY, aSession())
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(QueryClientProvider, { client: queryClient }, children)
  const { result } = renderHook(() => useStartForm(), { wrapper })
  await waitFor(() => expect(result.current.language).toBe('en'))
  act(() => result.current.setConsent('verbal'))

  act(() => result.current.setLanguage('en'))
  const sameLanguage = result.current.consent
  act(() => result.current.setLanguage('de'))

  expect(sameLanguage).toBe('verbal')
  expect(result.current.consent).toBeNull()
  expect(result.current.request('capture')).toBeNull()
})
