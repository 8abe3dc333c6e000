import { useSyncExternalStore } from 'react'

const MOST = 5
const NONE: readonly string[] = []

/** What is offered before anything was asked for. */
export const USUAL: readonly string[] = ['Shorter', 'Add the doses', 'As bullet points']

// By doctor, for as long as the page lives, and nowhere else: a wish may hold a patient's name.
const asked = new Map<string, readonly string[]>()
const listeners = new Set<() => void>()

/** The doctor's own last wishes, newest first. */
export function useRecentInstructions(userId: string): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => asked.get(userId) ?? NONE,
  )
}

/** Remember a wish; the usual ones are offered anyway. */
export function rememberInstruction(userId: string, instruction: string): void {
  const known = asked.get(userId) ?? NONE
  if (USUAL.includes(instruction)) return
  asked.set(userId, [instruction, ...known.filter((each) => each !== instruction)].slice(0, MOST))
  for (const listener of listeners) listener()
}
