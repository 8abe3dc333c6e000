import { type RefObject, useEffect, useRef } from 'react'
import { offsetAtPoint } from './caret'

interface WordClicks {
  onWord: (turn: number, offset: number) => void
  onCorrect: (turn: number) => void
}

/**
 * A click on a word goes to its sound; a double click corrects the turn. One listener for the whole list.
 * Selecting words is not clicking. Keys have their own way: the time button of each turn, and E.
 */
export function useWordClicks(scroller: RefObject<HTMLElement | null>, handlers: WordClicks): void {
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const onClick = (event: MouseEvent): void => {
      const text = textUnder(event)
      if (text === null || !(window.getSelection()?.isCollapsed ?? true)) return
      const offset = offsetAtPoint(text, event.clientX, event.clientY)
      if (offset !== null) latest.current.onWord(Number(text.dataset.turn), offset)
    }
    const onDouble = (event: MouseEvent): void => {
      const text = textUnder(event)
      if (text !== null) latest.current.onCorrect(Number(text.dataset.turn))
    }
    // Sent to a row by the key E, from wherever the key was pressed.
    const onAsked = (event: Event): void => {
      const row = event.target instanceof HTMLElement ? event.target.dataset.row : undefined
      if (row !== undefined) latest.current.onCorrect(Number(row))
    }
    element.addEventListener('correct-turn', onAsked)
    element.addEventListener('click', onClick)
    element.addEventListener('dblclick', onDouble)
    return () => {
      element.removeEventListener('correct-turn', onAsked)
      element.removeEventListener('click', onClick)
      element.removeEventListener('dblclick', onDouble)
    }
  }, [scroller])
}

function textUnder(event: MouseEvent): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-turn]') : null
}
