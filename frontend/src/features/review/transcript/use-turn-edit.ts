import { useEffect, useState } from 'react'
import { toProblem } from '~/api/errors'
import type { Transcript, Utterance } from '../model/types'
import { useChangeTurn } from '../queries'
import type { TurnEdit } from './TurnEditor'

// By consultation: a turn that is being corrected outlives the screen, as typed words of the note do.
const kept = new Map<string, TurnEdit>()

const warnOnLeaving = (event: BeforeUnloadEvent): void => event.preventDefault()

/** The one turn that is being corrected. Its words stay until the server holds them or the doctor discards them. */
export function useTurnEdit(transcript: Transcript) {
  const id = transcript.consultation_id
  const [edit, setEdit] = useState<TurnEdit | null>(kept.get(id) ?? null)
  const change = useChangeTurn(id)
  const isChanged = edit !== null && edit.text !== edit.original

  useEffect(() => {
    if (edit === null) kept.delete(id)
    else kept.set(id, edit)
  }, [id, edit])
  useEffect(() => {
    if (!isChanged) return undefined
    window.addEventListener('beforeunload', warnOnLeaving)
    return () => window.removeEventListener('beforeunload', warnOnLeaving)
  }, [isChanged])

  const start = (turn: Utterance): void => {
    // One at a time: a half-corrected turn is not dropped for another.
    if (isChanged) return
    setEdit({ number: turn.number, text: turn.text, original: turn.text, saving: false, problem: null })
  }
  const save = (): void => {
    if (edit === null || !isChanged || edit.saving || edit.text.trim() === '') return
    setEdit({ ...edit, saving: true, problem: null })
    change.mutate(
      { number: edit.number, version: transcript.version, text: edit.text.trim() },
      {
        onSuccess: () => setEdit(null),
        onError: (error) =>
          setEdit((now) => now && { ...now, saving: false, problem: toProblem(error).message }),
      },
    )
  }
  return {
    edit,
    start,
    save,
    type: (text: string): void => setEdit((now) => now && { ...now, text }),
    cancel: (): void => setEdit(null),
  }
}
