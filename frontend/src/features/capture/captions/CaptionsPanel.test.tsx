import { act, cleanup, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SESSION_KEY } from '~/api/session'
import { aSession } from '~/test/builders'
import { renderApp, testQueryClient } from '~/test/render'
import { answerWith } from '~/test/server'
import { CaptionsPanel } from './CaptionsPanel'

class FakeSource extends EventTarget {
  static open: FakeSource[] = []
  onerror: (() => void) | null = null
  constructor(readonly url: string) {
    super()
    FakeSource.open.push(this)
  }
  close() {
    FakeSource.open = FakeSource.open.filter((each) => each !== this)
  }
  tell(name: string, data: object = {}) {
    act(() => {
      this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
    })
  }
}

beforeEach(() => {
  FakeSource.open = []
  vi.stubGlobal('EventSource', FakeSource)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function shown(preferences: Record<string, unknown> = {}): FakeSource | undefined {
  const client = testQueryClient()
  client.setQueryData(SESSION_KEY, aSession({ preferences }))
  renderApp(<CaptionsPanel consultationId="c1" />, client)
  return FakeSource.open[0]
}

function turn(number: number, text: string, changes: object = {}) {
  return { number, text, is_final: true, start_ms: 0, end_ms: 1, speaker: null, ...changes }
}

describe('captions', () => {
  it('come as they are said, with their voices, and say that they are provisional', () => {
    const source = shown()

    source?.tell('turn', turn(1, 'Good mor', { is_final: false, speaker: 'A' }))
    source?.tell('turn', turn(1, 'Good morning.', { speaker: 'A' }))

    expect(source?.url).toBe('/api/consultations/c1/captions')
    expect(screen.getByText('Good morning.')).toBeDefined()
    expect(screen.getByText('Voice A')).toBeDefined()
    expect(screen.queryByText(/Good mor$/)).toBeNull()
    expect(screen.getByText('Captions are provisional; the transcript replaces them.')).toBeDefined()
  })

  it('are read aloud only to those who want that', () => {
    shown()?.tell('turn', turn(1, 'Hello.'))
    expect(screen.getByRole('list').getAttribute('aria-live')).toBe('off')

    cleanup()
    FakeSource.open = []
    shown({ announce_captions: true })?.tell('turn', turn(1, 'Hello.'))
    expect(screen.getByRole('list').getAttribute('aria-live')).toBe('polite')
  })

  it('say in the server’s words why there are none', () => {
    shown()?.tell('state', {
      state: 'unavailable',
      code: 'budget_reached',
      message: 'The budget is used up.',
    })

    expect(screen.getByText('The budget is used up.')).toBeDefined()
  })

  it('are not there at all where the clinic wants none', () => {
    shown()?.tell('state', { state: 'off', code: 'captions_off', message: 'Switched off.' })

    expect(screen.queryByRole('heading', { name: 'Captions' })).toBeNull()
    expect(FakeSource.open).toEqual([])
  })

  it('close their stream when they are hidden, and that is remembered', async () => {
    let saved: unknown
    answerWith({
      'PUT /api/account/preferences': async (request) => {
        saved = await request.json()
        return new Response(null, { status: 204 })
      },
    })
    shown()

    await userEvent.click(screen.getByRole('button', { name: 'Hide captions' }))

    expect(await screen.findByRole('button', { name: 'Show captions' })).toBeDefined()
    expect(FakeSource.open).toEqual([])
    await vi.waitFor(() => expect(saved).toMatchObject({ show_captions: false }))
  })
})
