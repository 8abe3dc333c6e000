import { useEffect, useState } from 'react'
import { type RecorderState, recordedMs } from '../recorder/machine'

/** The recorded time, ticking while the button is red. */
export function useRecordedTime(state: RecorderState): number {
  const [now, setNow] = useState(() => performance.now())
  const isTicking = state.kind === 'recording'

  useEffect(() => {
    if (!isTicking) return undefined
    const timer = setInterval(() => setNow(performance.now()), 250)
    return () => clearInterval(timer)
  }, [isTicking])

  return recordedMs(state, now)
}
