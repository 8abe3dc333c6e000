import { useEffect, useRef, useSyncExternalStore } from 'react'
import { isSingleKey, isTyping, matchesStep, type Shortcut } from './shortcuts'

interface Entry {
  current: readonly Shortcut[]
}

// How long after the first of two keys the second still counts.
const SEQUENCE_MS = 1200

const entries = new Set<Entry>()
const subscribers = new Set<() => void>()
const settings = { enabled: true, singleKeys: true }
let listed: readonly Shortcut[] = []
let firstStep: { step: string; at: number } | null = null

/** Turns all shortcuts off (a locked screen), or only those that plain typing sets off (the user's choice). */
export function configureShortcuts(change: Partial<typeof settings>): void {
  Object.assign(settings, change)
}

/** Shortcuts of a mounted screen. The newest screen wins where two want the same key. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const entry = useRef<Entry>({ current: shortcuts })

  useEffect(() => {
    entry.current.current = shortcuts
  })

  useEffect(() => {
    const own = entry.current
    entries.add(own)
    changed()
    return () => {
      entries.delete(own)
      changed()
    }
  }, [])
}

/** All shortcuts that work now, for the shortcut sheet. */
export function useActiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (onChange) => {
      subscribers.add(onChange)
      return () => subscribers.delete(onChange)
    },
    () => listed,
  )
}

function changed(): void {
  listed = [...entries].flatMap((entry) => entry.current)
  if (entries.size > 0) window.addEventListener('keydown', onKeyDown)
  else window.removeEventListener('keydown', onKeyDown)
  for (const notify of subscribers) notify()
}

function onKeyDown(event: KeyboardEvent): void {
  if (!settings.enabled || event.defaultPrevented || event.repeat) return
  if (event.key === 'Shift' || event.key === 'Control' || event.key === 'Alt' || event.key === 'Meta') return
  const plainAllowed =
    settings.singleKeys && !isTyping(event.target) && !document.querySelector('[aria-modal="true"]')
  const hit = [...entries]
    .reverse()
    .flatMap((entry) => entry.current)
    .find((shortcut) => (plainAllowed || !isSingleKey(shortcut.keys)) && completes(shortcut.keys, event))
  const started = firstStep
  firstStep = null
  if (hit) {
    event.preventDefault()
    hit.run(event)
  } else if (plainAllowed && !started) {
    rememberFirstStep(event)
  }
}

function completes(keys: string, event: KeyboardEvent): boolean {
  const [first, second] = keys.split(' ')
  if (first === undefined) return false
  const pending = firstStep && event.timeStamp - firstStep.at < SEQUENCE_MS ? firstStep.step : null
  if (second === undefined) return pending === null && matchesStep(first, event)
  return pending === first && matchesStep(second, event)
}

function rememberFirstStep(event: KeyboardEvent): void {
  const starts = [...entries]
    .flatMap((entry) => entry.current)
    .map((shortcut) => shortcut.keys.split(' '))
    .find(([first, second]) => first !== undefined && second !== undefined && matchesStep(first, event))
  if (starts?.[0]) firstStep = { step: starts[0], at: event.timeStamp }
}
