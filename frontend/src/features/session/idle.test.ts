import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type IdleWatch, watchIdle } from './idle'

const IDLE = 60_000
let watch: IdleWatch
let onIdle: ReturnType<typeof vi.fn<() => void>>
let onActive: ReturnType<typeof vi.fn<() => void>>

beforeEach(() => {
  vi.useFakeTimers()
  onIdle = vi.fn<() => void>()
  onActive = vi.fn<() => void>()
  watch = watchIdle({ idleMs: IDLE, onIdle, onActive })
})

afterEach(() => {
  watch.stop()
  vi.useRealTimers()
})

describe('the idle watch', () => {
  it('tells when no input came for the whole time', () => {
    vi.advanceTimersByTime(IDLE)

    expect(onIdle).toHaveBeenCalledOnce()
  })

  it('starts over with each input', () => {
    vi.advanceTimersByTime(IDLE - 1)
    window.dispatchEvent(new Event('keydown'))
    vi.advanceTimersByTime(IDLE - 1)

    expect(onIdle).not.toHaveBeenCalled()
  })

  it('counts input in another tab', () => {
    vi.advanceTimersByTime(IDLE - 1)
    watch.touch()
    vi.advanceTimersByTime(IDLE - 1)

    expect(onIdle).not.toHaveBeenCalled()
  })

  it('locks on the first movement after a sleep that stopped the timers', () => {
    vi.setSystemTime(Date.now() + 10 * IDLE)

    window.dispatchEvent(new Event('pointermove'))

    expect(onIdle).toHaveBeenCalledOnce()
    expect(onActive).not.toHaveBeenCalled()
  })

  it('tells other tabs of input, but not of each movement', () => {
    for (let movement = 0; movement < 50; movement++) window.dispatchEvent(new Event('pointermove'))

    expect(onActive).toHaveBeenCalledOnce()
  })
})
