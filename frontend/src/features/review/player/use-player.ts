import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react'
import { Player, type PlayerState } from './player'

/** A player for a recording, for as long as the component lives. Loads nothing before it is played. */
export function usePlayerFor(recordingId: string, durationMs: number | null): Player {
  const player = useMemo(() => {
    const audio = new Audio()
    audio.preload = 'none'
    audio.src = `/api/recordings/${recordingId}/audio`
    return new Player(audio, 0)
  }, [recordingId])
  useEffect(() => () => player.pause(), [player])
  usePauseWhenLocked(player)
  useEffect(() => player.hintDuration(durationMs ?? 0), [player, durationMs])
  return player
}

export const PlayerContext = createContext<Player | null>(null)

/** The review screen's player. */
export function usePlayer(): Player {
  const player = use(PlayerContext)
  if (player === null) throw new Error('usePlayer is for what is below PlayerContext')
  return player
}

/** What the controls show; renders when it changes, never for the time. */
export function usePlayerState(player: Player): PlayerState {
  return useSyncExternalStore(player.subscribe, player.snapshot)
}

/** A locked screen is silent too: the shell covers what is below it, and says so on an element. */
function usePauseWhenLocked(player: Player): void {
  useEffect(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('[data-covered]') !== null) player.pause()
    })
    observer.observe(document.body, { subtree: true, attributeFilter: ['data-covered'] })
    return () => observer.disconnect()
  }, [player])
}
