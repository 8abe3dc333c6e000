import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { TurnSpan } from '../evidence/evidence-spans'
import { findAll, step } from './find'
import type { Highlighter } from './highlighter'
import type { TurnIndex } from './turn-index'

export interface Find {
  words: string
  setWords: (words: string) => void
  matches: readonly TurnSpan[]
  count: number
  /** The match that one is at; -1 at none. */
  current: number
  go: (by: 1 | -1) => void
  /** The match that one was at was replaced by what holds so many. */
  goOn: (left: number) => void
}

/** Looks for words in the whole transcript; `reveal` brings the current match into view. */
export function useFind(index: TurnIndex, highlighter: Highlighter, reveal: (turn: number) => void): Find {
  const [words, setWords] = useState('')
  const [current, setCurrent] = useState(-1)
  const wanted = useDeferredValue(words)
  const matches = useMemo(() => findAll(index.turns, wanted), [index, wanted])
  const match = matches[current]
  const at = match === undefined ? -1 : current

  useEffect(() => {
    highlighter.set('found', matches)
    return () => highlighter.set('found', [])
  }, [highlighter, matches])
  useEffect(() => {
    highlighter.set('current-find', match === undefined ? [] : [match])
    return () => highlighter.set('current-find', [])
  }, [highlighter, match])

  const go = (by: 1 | -1): void => {
    const next = step(at, matches.length, by)
    setCurrent(next)
    const found = matches[next]
    if (found !== undefined) reveal(found.turn)
  }
  return {
    words,
    setWords: (next) => {
      setWords(next)
      setCurrent(-1)
    },
    matches,
    count: matches.length,
    current: at,
    go,
    goOn: (left) => {
      setCurrent(current + left)
      const following = matches[current + 1]
      if (following !== undefined) reveal(following.turn)
    },
  }
}
