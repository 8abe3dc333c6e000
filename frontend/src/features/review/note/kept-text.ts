import { useEffect, useState } from 'react'

// For as long as the page lives: leaving the screen loses no typed words.
const kept = new Map<string, string>()

const warnOnLeaving = (event: BeforeUnloadEvent): void => event.preventDefault()

/** A text that outlives the screen it is typed on, until it is emptied. */
export function useKeptText(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(kept.get(key) ?? '')
  const isEmpty = text === ''
  useEffect(() => {
    if (isEmpty) return undefined
    window.addEventListener('beforeunload', warnOnLeaving)
    return () => window.removeEventListener('beforeunload', warnOnLeaving)
  }, [isEmpty])
  const change = (next: string): void => {
    if (next === '') kept.delete(key)
    else kept.set(key, next)
    setText(next)
  }
  return [text, change]
}
