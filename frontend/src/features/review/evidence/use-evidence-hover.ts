import { type RefObject, useEffect } from 'react'
import type { EvidenceStore } from './evidence-store'

/**
 * Previews the source of the sentence under the pointer or with focus: all of its places, or the one of a time link.
 * One set of listeners for the whole note. A finger does not hover.
 */
export function useEvidenceHover(container: RefObject<HTMLElement | null>, store: EvidenceStore): void {
  useEffect(() => {
    const element = container.current
    if (element === null) return undefined
    const enter = (event: Event): void => {
      if (event instanceof PointerEvent && event.pointerType === 'touch') return
      const chosen = chosenAt(event.target)
      if (chosen !== null) store.dispatch({ kind: 'preview', chosen })
    }
    const leave = (event: MouseEvent | FocusEvent): void => {
      const from = chosenAt(event.target)
      const to = chosenAt(event.relatedTarget)
      if (from !== null && from.sentenceId !== to?.sentenceId) {
        store.dispatch({ kind: 'leave', sentenceId: from.sentenceId })
      }
    }
    element.addEventListener('pointerover', enter)
    element.addEventListener('focusin', enter)
    element.addEventListener('pointerout', leave)
    element.addEventListener('focusout', leave)
    return () => {
      element.removeEventListener('pointerover', enter)
      element.removeEventListener('focusin', enter)
      element.removeEventListener('pointerout', leave)
      element.removeEventListener('focusout', leave)
    }
  }, [container, store])
}

function chosenAt(target: EventTarget | null): { sentenceId: string; place: number | null } | null {
  if (!(target instanceof Element)) return null
  const sentenceId = target.closest<HTMLElement>('[data-sentence]')?.dataset.sentence
  if (sentenceId === undefined) return null
  const place = target.closest<HTMLElement>('[data-place]')?.dataset.place
  return { sentenceId, place: place === undefined ? null : Number(place) }
}
