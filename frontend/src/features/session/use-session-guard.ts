import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '~/api/client'
import { SESSION_KEY, type Session, useSession } from '~/api/session'
import { onSessionSignal } from '~/api/session-signals'
import { configureShortcuts } from '~/lib/use-shortcuts'
import { watchIdle } from './idle'
import { onOtherTabs, tellOtherTabs } from './session-channel'

/** Open; locked, which the password lifts; or ended, which needs a new sign-in. The screens stay mounted in all. */
export type GuardState = 'open' | 'locked' | 'ended'

export interface SessionGuard {
  state: GuardState
  lock: () => void
  /** Call with the session that an unlock or a new sign-in gave. */
  reopen: (session: Session) => void
}

/** Leaves for the sign-in page by a full load, so that nothing of the session stays in memory. */
export function leaveToSignIn(): void {
  window.location.assign('/login')
}

/** Locks when idle or told so by the server or another tab, and notices when the session has ended. */
export function useSessionGuard(): SessionGuard {
  const session = useSession()
  const queryClient = useQueryClient()
  const [state, setState] = useState<GuardState>(session.locked ? 'locked' : 'open')

  const isServerToBeTold = useRef(false)

  const tellServer = useCallback(async () => {
    const answer = await client.POST('/api/session/lock').catch(() => undefined)
    if (answer?.response.ok) isServerToBeTold.current = false
  }, [])

  const lock = useCallback(() => {
    setState((before) => (before === 'ended' ? before : 'locked'))
    tellOtherTabs('locked')
    // Without a network the screen is locked all the same; the server hears of it later, or locks by its own clock.
    isServerToBeTold.current = true
    void tellServer()
  }, [tellServer])

  useEffect(() => {
    const tellNow = () => isServerToBeTold.current && void tellServer()
    window.addEventListener('online', tellNow)
    return () => window.removeEventListener('online', tellNow)
  }, [tellServer])

  const reopen = (fresh: Session) => {
    if (fresh.user.id !== session.user.id) return window.location.assign('/')
    isServerToBeTold.current = false
    queryClient.setQueryData(SESSION_KEY, fresh)
    setState('open')
    tellOtherTabs('unlocked')
    return void queryClient.invalidateQueries()
  }

  useEffect(
    () =>
      onSessionSignal((signal) => {
        setState((before) => (before === 'ended' || signal === 'ended' ? 'ended' : 'locked'))
      }),
    [],
  )

  const isOpen = state === 'open'
  useEffect(() => {
    const watch = watchIdle({
      idleMs: session.idle_seconds * 1000,
      onIdle: () => isOpen && lock(),
      onActive: () => tellOtherTabs('active'),
    })
    const stopHearing = onOtherTabs((message) => {
      if (message === 'active') watch.touch()
      else if (message === 'locked') setState((before) => (before === 'ended' ? before : 'locked'))
      else if (message === 'signed_out') leaveToSignIn()
      else {
        setState('open')
        void queryClient.invalidateQueries()
      }
    })
    return () => {
      watch.stop()
      stopHearing()
    }
  }, [session.idle_seconds, isOpen, lock, queryClient])

  useEffect(() => configureShortcuts({ enabled: isOpen }), [isOpen])

  return { state, lock, reopen }
}
