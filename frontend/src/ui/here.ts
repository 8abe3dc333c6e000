import { createContext, use } from 'react'

/** How far a recording is that this very device makes, sends or keeps; it knows before the server can. */
export type Here = 'recording' | 'paused' | 'sending' | 'kept'

/** By consultation. */
export const HereContext = createContext<ReadonlyMap<string, Here>>(new Map())

/** What this device knows of a consultation's recording; null where the server's word is all there is. */
export function useHere(consultationId: string): Here | null {
  return use(HereContext).get(consultationId) ?? null
}
