import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { findAll, step } from './find'
import type { Highlighter } from './highlighter'
import type { TurnIndex } from './turn-index'

export interface Find {
  words: string
  setWords: (words: string) => void
  count: number
  current: number
  go: (by: 1 | -1) => void
}

/** Looks for words in the whole transcript; `reveal` brings the current match into view. */
export function useFind(index: TurnIndex, highlighter: Highlighter, reveal: (turn: number) => void): Find {
  const [words, setWords] = useState('')
  const [current, setCurrent] = useState(-1)
  const wanted = useDeferredValue(words)
  const matches = useMemo(() => findAll(index.turns, wanted), [index, wanted])
  const match = matches[current]

  useEffect(() => {
    highlighter.set('found', matches)
    return () => highlighter.set('found', [])
  }, [highlighter, matches])
  useEffect(() => {
    highlighter.set('current-find', match === undefined ? [] : [match])
    return () => highlighter.set('current-find', [])
  }, [highlighter, match])

  const go = (by: 1 | -1): void => {
    const next = step(current, matches.length, by)
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
    count: matches.length,
    current,
    go,
  }
}
