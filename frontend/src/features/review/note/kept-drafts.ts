import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Note } from '../model/types'
import { type Drafts, hasUnsaved } from './autosave'
import { NoteDrafts } from './note-drafts'
import { sectionSaver } from './save-section'
import { heldOf } from './section-text'

// By consultation, for as long as the page lives: leaving a screen, or a lock, loses no typed words.
const kept = new Map<string, NoteDrafts>()

function draftsFor(queryClient: QueryClient, note: Note): NoteDrafts {
  const known = kept.get(note.consultation_id)
  if (known !== undefined) return known
  const drafts = new NoteDrafts(heldOf(note), sectionSaver(queryClient, note.consultation_id))
  kept.set(note.consultation_id, drafts)
  watch(drafts)
  return drafts
}

/** True while typed words of any note are not on the server. */
export function hasUnsavedWords(): boolean {
  return [...kept.values()].some((drafts) => hasUnsaved(drafts.snapshot()))
}

/** A note's typed words, and how they fare. */
export interface Typed {
  drafts: NoteDrafts
  state: Drafts
}

const nothing = (): (() => void) => () => {}

/** The typed words of a note, told about every newer version of it; null while there is no note. */
export function useNoteDrafts(note: Note | null): Typed | null {
  const queryClient = useQueryClient()
  const drafts = note === null ? null : draftsFor(queryClient, note)
  const state = useSyncExternalStore(drafts?.subscribe ?? nothing, () => drafts?.snapshot() ?? null)
  useEffect(() => {
    if (note !== null) drafts?.dispatch({ kind: 'held', held: heldOf(note) })
  }, [drafts, note])
  return drafts === null || state === null ? null : { drafts, state }
}

const warnOnLeaving = (event: BeforeUnloadEvent): void => {
  if (hasUnsavedWords()) event.preventDefault()
}

function watch(drafts: NoteDrafts): void {
  window.addEventListener('online', () => drafts.flush())
  drafts.subscribe(() => {
    // Only while there is something to lose: the listener keeps pages out of the browser's back-forward cache.
    if (hasUnsavedWords()) window.addEventListener('beforeunload', warnOnLeaving)
    else window.removeEventListener('beforeunload', warnOnLeaving)
  })
}
