/** What a 401 says about the session: locked keeps it, ended does not. */
export type SessionSignal = 'locked' | 'ended'

type Listener = (signal: SessionSignal) => void
const listeners = new Set<Listener>()

/** Listen for the session being refused by any request; returns how to stop. */
export function onSessionSignal(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tell whoever shows the lock or the sign-in that the server refused the session. */
export function signalSession(signal: SessionSignal): void {
  for (const listener of listeners) listener(signal)
}

/** Reads the codes of the server's 401 answers; a wrong password is not a refused session. */
export function signalFromCode(code: string): SessionSignal | null {
  if (code === 'session_locked') return 'locked'
  if (code === 'not_signed_in') return 'ended'
  return null
}
