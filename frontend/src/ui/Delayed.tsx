import { type ReactNode, useEffect, useState } from 'react'

/** Shows its children after 200 ms, so that what is fast does not flicker. */
export function Delayed({ children, ms = 200 }: { children: ReactNode; ms?: number }) {
  const [isDue, setDue] = useState(false)

  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(timer)
  }, [ms])

  return isDue ? children : null
}
