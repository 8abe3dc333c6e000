import { fireEvent, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { configureShortcuts, useShortcuts } from './use-shortcuts'

afterEach(() => configureShortcuts({ enabled: true, singleKeys: true }))

function setUp() {
  const record = vi.fn()
  const consultations = vi.fn()
  const palette = vi.fn()
  const screen = renderHook(() =>
    useShortcuts([
      { keys: 'KeyR', label: 'Record', group: 'Go to', run: record },
      { keys: 'KeyG KeyC', label: 'Consultations', group: 'Go to', run: consultations },
      { keys: 'Mod+KeyK', label: 'Palette', group: 'Everywhere', run: palette },
    ]),
  )
  const input = document.body.appendChild(document.createElement('input'))
  return { record, consultations, palette, input, screen }
}

describe('useShortcuts', () => {
  it('runs a single key outside of inputs only', () => {
    const { record, input } = setUp()

    fireEvent.keyDown(input, { code: 'KeyR', key: 'r' })
    expect(record).not.toHaveBeenCalled()

    fireEvent.keyDown(document.body, { code: 'KeyR', key: 'r' })
    expect(record).toHaveBeenCalledOnce()
  })

  it('runs a sequence only when both keys follow each other', () => {
    const { consultations } = setUp()

    fireEvent.keyDown(document.body, { code: 'KeyC', key: 'c' })
    expect(consultations).not.toHaveBeenCalled()

    fireEvent.keyDown(document.body, { code: 'KeyG', key: 'g' })
    fireEvent.keyDown(document.body, { code: 'KeyC', key: 'c' })
    expect(consultations).toHaveBeenCalledOnce()
  })

  it('keeps shortcuts with a modifier when single keys are off', () => {
    const { record, palette, input } = setUp()
    configureShortcuts({ singleKeys: false })

    fireEvent.keyDown(document.body, { code: 'KeyR', key: 'r' })
    fireEvent.keyDown(input, { code: 'KeyK', key: 'k', ctrlKey: true })

    expect(record).not.toHaveBeenCalled()
    expect(palette).toHaveBeenCalledOnce()
  })

  it('runs nothing while the screen is locked, and nothing of a screen that is gone', () => {
    const { record, palette, screen } = setUp()

    configureShortcuts({ enabled: false })
    fireEvent.keyDown(document.body, { code: 'KeyK', key: 'k', ctrlKey: true })
    configureShortcuts({ enabled: true })
    screen.unmount()
    fireEvent.keyDown(document.body, { code: 'KeyR', key: 'r' })

    expect(palette).not.toHaveBeenCalled()
    expect(record).not.toHaveBeenCalled()
  })
})
