import { createContext, use, useSyncExternalStore } from 'react'
import { type Chosen, NOTHING_CHOSEN, type Selection, type SelectionEvent, select, shown } from './selection'

/** The chosen evidence, outside React: hovering over a note renders two sentences, not two hundred. */
export class EvidenceStore {
  #selection: Selection = NOTHING_CHOSEN
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): Selection => this.#selection

  /** What is lit up now. */
  readonly shown = (): Chosen | null => shown(this.#selection)

  dispatch(event: SelectionEvent): void {
    const next = select(this.#selection, event)
    if (next === this.#selection) return
    this.#selection = next
    for (const listener of this.#listeners) listener()
  }
}

export const EvidenceContext = createContext<EvidenceStore | null>(null)

export function useEvidence(): EvidenceStore {
  const store = use(EvidenceContext)
  if (store === null) throw new Error('useEvidence is for what is below EvidenceContext')
  return store
}

/** Whether this sentence's source is lit up; renders only the sentences for which that changes. */
export function useIsShown(sentenceId: string): boolean {
  const store = useEvidence()
  return useSyncExternalStore(store.subscribe, () => store.shown()?.sentenceId === sentenceId)
}

/** Whether this place of this sentence is pinned. */
export function useIsPinned(sentenceId: string, place: number): boolean {
  const store = useEvidence()
  return useSyncExternalStore(store.subscribe, () => {
    const { pinned } = store.snapshot()
    return pinned?.sentenceId === sentenceId && pinned.place === place
  })
}
