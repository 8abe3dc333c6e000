import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { Player } from '../player/player'
import { usePlayerState } from '../player/use-player'
import type { Highlighter } from './highlighter'
import type { TurnIndex } from './turn-index'

const SCROLL_KEYS = new Set(['PageUp', 'PageDown', 'Home', 'End'])

/** Paints the word that is spoken, and tells which turn it is in. Renders once a turn, not once a frame. */
export function usePlayhead(player: Player, index: TurnIndex, highlighter: Highlighter): number {
  const [current, setCurrent] = useState(-1)
  useEffect(() => {
    let painted = ''
    const show = (ms: number): void => {
      const place = ms === 0 && player.audio.paused ? null : index.at(ms)
      setCurrent(place?.turn ?? -1)
      const span = place?.word?.span ?? null
      const key = place === null || span === null ? '' : `${place.turn} ${span.from}`
      if (key === painted) return
      painted = key
      highlighter.set('playhead', place === null || span === null ? [] : [{ turn: place.turn, ...span }])
    }
    show(player.timeMs)
    const stop = player.onTime(show)
    return () => {
      stop()
      highlighter.set('playhead', [])
    }
  }, [player, index, highlighter])
  return current
}

/**
 * Keeps the spoken turn in view until the reader scrolls; `resume` goes back to it.
 * Pressing play on a turn that is in view is a wish to follow again.
 */
export function useFollow(
  player: Player,
  scroller: RefObject<HTMLElement | null>,
  current: number,
  view: { isInView: (turn: number) => boolean; scrollTo: (turn: number) => void },
): { following: boolean; resume: () => void; pause: () => void } {
  const [following, setFollowing] = useState(true)
  const { playing } = usePlayerState(player)
  const latest = useRef(view)
  useEffect(() => {
    latest.current = view
  })

  useEffect(() => {
    if (following && current >= 0) latest.current.scrollTo(current)
  }, [following, current])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the start of playing counts, not each turn after it
  useEffect(() => {
    if (playing && latest.current.isInView(current)) setFollowing(true)
  }, [playing])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const stop = (): void => setFollowing(false)
    const onKey = (event: KeyboardEvent): void => {
      if (SCROLL_KEYS.has(event.key)) stop()
    }
    // A press on the scroller itself, and not on what lies in it, is one on its scroll bar.
    const onPress = (event: PointerEvent): void => {
      if (event.target === element) stop()
    }
    element.addEventListener('wheel', stop, { passive: true })
    element.addEventListener('touchmove', stop, { passive: true })
    element.addEventListener('keydown', onKey)
    element.addEventListener('pointerdown', onPress)
    return () => {
      element.removeEventListener('wheel', stop)
      element.removeEventListener('touchmove', stop)
      element.removeEventListener('keydown', onKey)
      element.removeEventListener('pointerdown', onPress)
    }
  }, [scroller])

  const resume = useCallback(() => setFollowing(true), [])
  const pause = useCallback(() => setFollowing(false), [])
  return { following, resume, pause }
}
