import { type FocusEvent, type KeyboardEvent, type RefObject, useState } from 'react'

/** One turn of the list is in the tab order; arrows up and down move it, and focus with it. */
export function useRovingTurns(scroller: RefObject<HTMLElement | null>, count: number) {
  const [tabStop, setTabStop] = useState(0)

  const onKeyDown = (event: KeyboardEvent): void => {
    const onTurn = event.target instanceof HTMLElement && event.target.closest('[data-turn-start]') !== null
    if (!onTurn || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
    event.preventDefault()
    const next = Math.min(count - 1, Math.max(0, tabStop + (event.key === 'ArrowDown' ? 1 : -1)))
    setTabStop(next)
    // Its neighbours are always in the page: the list draws some more than are in view.
    scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"] [data-turn-start]`)?.focus()
  }
  const onFocus = (event: FocusEvent): void => {
    const { target } = event
    const row =
      target instanceof HTMLElement ? target.closest<HTMLElement>('[data-row]')?.dataset.row : undefined
    if (row !== undefined) setTabStop(Number(row))
  }
  return { tabStop, setTabStop, onKeyDown, onFocus }
}
