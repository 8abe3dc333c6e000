import { fireEvent, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderApp } from '~/test/render'
import { browserOf } from '../preflight/PermissionSteps'
import { FinishButton } from './FinishButton'
import { GapList } from './GapList'
import { RecordButton } from './RecordButton'

afterEach(() => vi.useRealTimers())

describe('finish', () => {
  it('asks when it is pressed by key, and goes on when told to', async () => {
    const finish = vi.fn()
    const user = userEvent.setup()
    renderApp(<FinishButton onFinish={finish} />)

    await user.tab()
    await user.keyboard('{Enter}')
    expect(finish).not.toHaveBeenCalled()
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Finish and send' }))
    await user.click(screen.getByRole('button', { name: 'Keep recording' }))
    expect(screen.queryByRole('button', { name: 'Finish and send' })).toBeNull()

    await user.click(screen.getByRole('button', { name: 'Finish' }))
    await user.keyboard('{Enter}')
    expect(finish).toHaveBeenCalledOnce()
  })

  it('ends at once when it is held for a second, not when it is let go before', () => {
    vi.useFakeTimers()
    const finish = vi.fn()
    renderApp(<FinishButton onFinish={finish} />)
    const button = screen.getByRole('button', { name: 'Finish' })

    fireEvent.pointerDown(button)
    vi.advanceTimersByTime(900)
    fireEvent.pointerUp(button)
    vi.advanceTimersByTime(2000)
    expect(finish).not.toHaveBeenCalled()

    fireEvent.pointerDown(button)
    vi.advanceTimersByTime(1000)
    expect(finish).toHaveBeenCalledOnce()
  })
})

describe('the red button', () => {
  it('says why it cannot be pressed, and cannot', async () => {
    const press = vi.fn()
    renderApp(
      <RecordButton action="start" onPress={press} disabledReason="First ask the patient for consent." />,
    )
    const button = screen.getByRole('button', {
      name: 'Start recording',
      description: 'First ask the patient for consent.',
    })

    await userEvent.click(button)

    expect(press).not.toHaveBeenCalled()
    expect(button.getAttribute('aria-disabled')).toBe('true')
  })
})

describe('gaps', () => {
  it('are named with their times, the latest three', () => {
    const gaps = [1, 2, 3, 4].map((minute) => ({
      kind: 'paused' as const,
      start_ms: minute * 60_000,
      end_ms: minute * 60_000 + 5000,
    }))
    renderApp(<GapList gaps={gaps} />)

    const items = screen.getAllByRole('listitem').map((item) => item.textContent)
    expect(items).toEqual(['Paused 02:00 to 02:05', 'Paused 03:00 to 03:05', 'Paused 04:00 to 04:05'])
  })
})

describe('permission steps', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156 Safari/537.36',
      'chromium',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15',
      'safari',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
      'safari_ios',
    ],
  ])('are those of the browser: %s', (userAgent, browser) => {
    expect(browserOf(userAgent)).toBe(browser)
  })
})
