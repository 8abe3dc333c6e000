const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
// How often other tabs are told of input; they need to know it is recent, not each movement.
const TELL_EVERY_MS = 10_000

export interface IdleWatch {
  /** Counts input that happened elsewhere, in another tab. */
  touch: () => void
  stop: () => void
}

/**
 * Calls `onIdle` once no input came for `idleMs`. It compares clocks rather than trusting a timer,
 * which a sleeping machine would stop.
 */
export function watchIdle(options: {
  idleMs: number
  onIdle: () => void
  onActive: () => void
  now?: () => number
}): IdleWatch {
  const now = options.now ?? Date.now
  let lastInput = now()
  let lastTold = 0
  let timer = setTimeout(check, options.idleMs)

  function check(): void {
    clearTimeout(timer)
    const left = lastInput + options.idleMs - now()
    if (left <= 0) options.onIdle()
    timer = setTimeout(check, left > 0 ? left : options.idleMs)
  }

  function touch(): void {
    lastInput = now()
  }

  function onInput(): void {
    // After a sleep the first movement must not wake what should have been locked meanwhile.
    if (now() - lastInput >= options.idleMs) {
      check()
      return
    }
    touch()
    if (lastInput - lastTold >= TELL_EVERY_MS) {
      lastTold = lastInput
      options.onActive()
    }
  }

  for (const name of INPUT) window.addEventListener(name, onInput, { passive: true })
  document.addEventListener('visibilitychange', check)
  return {
    touch,
    stop: () => {
      clearTimeout(timer)
      for (const name of INPUT) window.removeEventListener(name, onInput)
      document.removeEventListener('visibilitychange', check)
    },
  }
}
