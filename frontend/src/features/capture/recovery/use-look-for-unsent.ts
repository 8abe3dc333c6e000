import { useEffect } from 'react'
import { useSession } from '~/api/session'
import { useCapture } from '../CaptureProvider'

/** Finds what earlier pages left behind, at start-up, after an unlock, and when this tab is looked at again. */
export function useLookForUnsent(isLocked: boolean): void {
  const { recovery, outbox } = useCapture()
  const { user } = useSession()

  useEffect(() => {
    if (isLocked) return undefined
    outbox.hurry()
    const look = () => void recovery.look(user.id)
    look()
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [recovery, outbox, user.id, isLocked])
}
