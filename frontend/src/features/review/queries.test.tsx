import { QueryClientProvider } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { testQueryClient } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { useNote, useRefreshOnProgress } from './queries'

const NOTE = 'GET /api/consultations/k1/note'
const drafting = {
  stage: 'draft',
  state: 'running',
  progress: 0,
  waiting_code: null,
  waiting_message: null,
  error_code: null,
  error_message: null,
  updated_at: '2026-11-23T11:06:00Z',
} as const

afterEach(() => vi.restoreAllMocks())

it('does not take an answer from before the draft was done for the last word', async () => {
  let answerLate = (_: Response): void => undefined
  const late = new Promise<Response>((resolve) => {
    answerLate = resolve
  })
  const answers = [late, json({ consultation_id: 'k1', version: 1 })]
  const asked = answerWith({ [NOTE]: () => answers.shift() ?? json({}, 500) })
  const queryClient = testQueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  )
  const { result, rerender } = renderHook(
    (consultation) => {
      useRefreshOnProgress(consultation)
      return useNote(consultation)
    },
    { wrapper, initialProps: aConsultation({ status: 'processing', pipeline: drafting }) },
  )

  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1))
  rerender(aConsultation({ status: 'ready', pipeline: { ...drafting, state: 'done' } }))
  answerLate(problem(404, 'not_found', 'There is nothing here.'))

  await waitFor(() => expect(result.current.data).toMatchObject({ version: 1 }))
})
