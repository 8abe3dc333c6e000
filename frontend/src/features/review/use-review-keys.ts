import { useEffect, useRef } from 'react'
import { usePreferences } from '~/api/session'
import { isTyping } from '~/lib/shortcuts'
import { useShortcuts } from '~/lib/use-shortcuts'
import type { Player } from './player/player'

export interface ReviewKeys {
  player: Player
  canPlay: boolean
  onNextItem: (by: 1 | -1) => void
  onSection: (by: 1 | -1) => void
  onEditTurn: () => void
  onCopySection: () => void
  onSign: () => void
}

const GROUP = 'Review'
const OWN_SPACE =
  'button, a, summary, [role="slider"], [role="option"], [role="menuitem"], [role="checkbox"], [role="tab"]'

/** The keys of the review screen; those with Alt drive the player while one types. */
export function useReviewKeys(keys: ReviewKeys): void {
  const { player, canPlay, onNextItem, onSection, onEditTurn, onCopySection, onSign } = keys
  const play = (run: () => void) => (): void => {
    if (canPlay) run()
  }
  const toggle = play(() => player.toggle())
  useSpace(toggle)
  useShortcuts([
    { keys: 'KeyJ', label: 'Back 5 s', group: GROUP, run: play(() => player.skip(-5000)) },
    { keys: 'KeyK', label: 'Play or pause', group: GROUP, run: toggle },
    { keys: 'KeyL', label: 'Forward 5 s', group: GROUP, run: play(() => player.skip(5000)) },
    { keys: 'Alt+KeyJ', label: 'Back 5 s, while typing', group: GROUP, run: play(() => player.skip(-5000)) },
    { keys: 'Alt+KeyK', label: 'Play or pause, while typing', group: GROUP, run: toggle },
    {
      keys: 'Alt+KeyL',
      label: 'Forward 5 s, while typing',
      group: GROUP,
      run: play(() => player.skip(5000)),
    },
    { keys: 'Comma', label: 'Slower', group: GROUP, run: () => player.changeRate(-1) },
    { keys: 'Period', label: 'Faster', group: GROUP, run: () => player.changeRate(1) },
    { keys: 'KeyN', label: 'Next item to look at', group: GROUP, run: () => onNextItem(1) },
    { keys: 'Shift+KeyN', label: 'Item before', group: GROUP, run: () => onNextItem(-1) },
    { keys: 'BracketLeft', label: 'Section before', group: GROUP, run: () => onSection(-1) },
    { keys: 'BracketRight', label: 'Next section', group: GROUP, run: () => onSection(1) },
    { keys: 'KeyC', label: 'Copy the section', group: GROUP, run: onCopySection },
    { keys: 'KeyE', label: 'Correct the turn', group: GROUP, run: onEditTurn },
    { keys: 'Mod+Enter', label: 'Sign the note', group: GROUP, run: onSign },
  ])
}

/** Space plays, except where it has a meaning of its own: on a button it presses the button. */
function useSpace(run: () => void): void {
  const enabled = usePreferences().single_key_shortcuts
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (!enabled) return undefined
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.defaultPrevented || event.repeat) return
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target)) return
      if (event.target instanceof Element && event.target.closest(OWN_SPACE) !== null) return
      if (document.querySelector('[role="dialog"]') !== null) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [enabled])
}
