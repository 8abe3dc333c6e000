import { useCallback, useEffect, useRef } from 'react'

/** The newest version of a callback behind a function that never changes, so that rows need not render for it. */
export function useStable<Args extends unknown[]>(
  callback: (...args: Args) => void,
): (...args: Args) => void {
  const latest = useRef(callback)
  useEffect(() => {
    latest.current = callback
  })
  return useCallback((...args: Args) => latest.current(...args), [])
}
