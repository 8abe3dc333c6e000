import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { renderApp } from '~/test/render'
import { answerWith, json } from '~/test/server'
import { MarkMenu, MarkTicks } from './Marks'

const PEAKS = 'GET /api/recordings/r1/peaks'
const marked = (marks_ms: number[]) => ({
  [PEAKS]: () => json({ duration_ms: 200_000, peaks: [], marks_ms }),
})
const wordsAt = (ms: number) => (ms === 50_000 ? 'Any chest pain?' : '')

test('marked moments are ticks on the track, where they are', async () => {
  answerWith(marked([50_000, 200_000]))
  const { container } = renderApp(<MarkTicks recordingId="r1" durationMs={200_000} />)

  await vi.waitFor(() => expect(container.querySelectorAll('span')).toHaveLength(2))
  expect([...container.querySelectorAll('span')].map((tick) => tick.style.left)).toEqual(['25%', '100%'])
})

test('the list says what was being said, and leads there by key', async () => {
  answerWith(marked([50_000, 120_000]))
  const onGoTo = vi.fn()
  renderApp(<MarkMenu recordingId="r1" ready wordsAt={wordsAt} onGoTo={onGoTo} />)

  await userEvent.click(await screen.findByRole('button', { name: '2 marks, go to one' }))
  const items = await screen.findAllByRole('menuitem')
  expect(items.map((item) => item.textContent?.trim())).toEqual(['0:50 Any chest pain?', '2:00'])
  items[1]?.focus()
  await userEvent.keyboard('{Enter}')

  expect(onGoTo).toHaveBeenCalledExactlyOnceWith(120_000)
})

test('nothing is asked for before the recording can be played, and no list without marks', async () => {
  const fetch = answerWith(marked([]))
  renderApp(<MarkMenu recordingId="r1" ready={false} wordsAt={wordsAt} onGoTo={vi.fn()} />)

  expect(fetch).not.toHaveBeenCalled()
  expect(screen.queryByRole('button')).toBeNull()
})
