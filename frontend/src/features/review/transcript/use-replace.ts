import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toProblem } from '~/api/errors'
import type { Transcript } from '../model/types'
import { keepTranscript, sendTexts } from '../queries'
import { findAll } from './find'
import { type Rewording, rewordings } from './replace'
import type { Find } from './use-find'

export interface Replace {
  /** Replaces the match that one is at, and goes on; goes to the first where one is at none. */
  one: (replacement: string) => void
  all: (replacement: string) => void
  isBusy: boolean
  /** What has become of it. */
  words: string
  problem: string | null
}

const EMPTIED = 'A turn cannot be left without words. Correct it by hand.'

/** Replaces what was found: one correction of all the turns that hold it, in the history and on record. */
export function useReplace(transcript: Transcript, find: Find): Replace {
  const queryClient = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [words, setWords] = useState('')
  const [problem, setProblem] = useState<string | null>(null)

  const run = async (changes: readonly Rewording[]): Promise<boolean> => {
    if (changes.some(({ text }) => text.trim() === '')) {
      setProblem(EMPTIED)
      return false
    }
    setBusy(true)
    setProblem(null)
    setWords('')
    const texts = changes.map(({ number, text }) => ({ number, text: text.trim() }))
    try {
      keepTranscript(queryClient, await sendTexts(transcript.consultation_id, transcript.version, texts))
      setWords(`Replaced in ${turnCount(changes.length)}`)
      return true
    } catch (error) {
      setProblem(toProblem(error).message)
      return false
    } finally {
      setBusy(false)
    }
  }
  const one = async (replacement: string): Promise<void> => {
    const match = find.matches[find.current]
    if (match === undefined) return find.go(1)
    const isDone = await run(rewordings(transcript.utterances, [match], replacement))
    // What was put in may hold the words that are looked for; it is not replaced again.
    if (isDone) find.goOn(findAll([{ text: replacement }], find.words).length)
  }
  return {
    one: (replacement) => void one(replacement),
    all: (replacement) => void run(rewordings(transcript.utterances, find.matches, replacement)),
    isBusy,
    words,
    problem,
  }
}

function turnCount(count: number): string {
  return count === 1 ? '1 turn' : `${count} turns`
}
