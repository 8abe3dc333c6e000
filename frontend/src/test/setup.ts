import { cleanup } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

class NoResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// Tests of what knows no screen run without jsdom.
if (typeof window !== 'undefined') {
  // jsdom lacks what Mantine asks of a browser.
  Object.defineProperty(window, 'matchMedia', {
    writable: true,
    value: (query: string) => ({
      matches: false,
      media: query,
      onchange: null,
      addEventListener: vi.fn(),
      removeEventListener: vi.fn(),
      addListener: vi.fn(),
      removeListener: vi.fn(),
      dispatchEvent: vi.fn(),
    }),
  })
  window.ResizeObserver = NoResizeObserver
  window.HTMLElement.prototype.scrollIntoView = () => {}
  // Growing text areas measure themselves anew when a font has loaded.
  Object.defineProperty(document, 'fonts', { value: new EventTarget() })
}

afterEach(cleanup)
