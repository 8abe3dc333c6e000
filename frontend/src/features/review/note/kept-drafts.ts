import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Note } from '../model/types'
import { type Drafts, hasUnsaved } from './autosave'
import { NoteDrafts, type SaveSection } from './note-drafts'
import { sectionSaver } from './save-section'
import { type Held, heldOf } from './section-text'

// By note or document, for as long as the page lives: leaving a screen, or a lock, loses no typed words.
const kept = new Map<string, NoteDrafts>()

type MakeSaver = (queryClient: QueryClient) => SaveSection

function draftsFor(queryClient: QueryClient, key: string, held: Held, makeSaver: MakeSaver): NoteDrafts {
  const known = kept.get(key)
  if (known !== undefined) return known
  const drafts = new NoteDrafts(held, makeSaver(queryClient))
  kept.set(key, drafts)
  watch(drafts)
  return drafts
}

/** True while typed words of any note or document are not on the server. */
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
  const held = useMemo(() => (note === null ? null : heldOf(note)), [note])
  const id = note?.consultation_id ?? ''
  return useKeptDrafts(id, held, (queryClient) => sectionSaver(queryClient, id))
}

/** What is typed over `held`, under a key of its own; `makeSaver` is asked once for each key. */
export function useKeptDrafts(key: string, held: Held | null, makeSaver: MakeSaver): Typed | null {
  const queryClient = useQueryClient()
  const drafts = held === null ? null : draftsFor(queryClient, key, held, makeSaver)
  const state = useSyncExternalStore(drafts?.subscribe ?? nothing, () => drafts?.snapshot() ?? null)
  useEffect(() => {
    if (held !== null) drafts?.dispatch({ kind: 'held', held })
  }, [drafts, held])
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
