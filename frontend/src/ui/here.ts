import { createContext, use } from 'react'

/** How far a recording is that this very device makes, sends, keeps or gives up; it knows before the server can. */
export type HereKind = 'recording' | 'paused' | 'sending' | 'kept' | 'discarded'

/** `sent`: how much of what there is the server has, in whole percent; only while it is being sent. */
export interface Here {
  kind: HereKind
  sent: number | null
}

interface Device {
  /** By consultation. */
  recordings: ReadonlyMap<string, Here>
  /** The server has cancelled a consultation: what this device still holds of its recording goes. */
  dropCancelled: (consultationId: string) => void
}

export const HereContext = createContext<Device>({ recordings: new Map(), dropCancelled: () => undefined })

/** What this device knows of a consultation's recording; null where the server's word is all there is. */
export function useHere(consultationId: string): Here | null {
  return use(HereContext).recordings.get(consultationId) ?? null
}

export function useDropCancelled(): Device['dropCancelled'] {
  return use(HereContext).dropCancelled
}
