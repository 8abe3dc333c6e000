import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import { Capture, type CaptureSnapshot } from './capture'
import type { MicrophoneState } from './recorder/microphone'

const CaptureContext = createContext<Capture | null>(null)

let shared: Capture | null = null

/** Holds the recorder above the router, so that no navigation can end a recording. */
export function CaptureProvider({ children, capture }: { children: ReactNode; capture?: Capture }) {
  // One for the page's whole life, even when React mounts twice.
  shared ??= capture ?? new Capture()
  return <CaptureContext.Provider value={capture ?? shared}>{children}</CaptureContext.Provider>
}

export function useCapture(): Capture {
  const capture = useContext(CaptureContext)
  if (!capture) throw new Error('useCapture is for what stands below CaptureProvider')
  return capture
}

export function useCaptureSnapshot(): CaptureSnapshot {
  const { store } = useCapture()
  return useSyncExternalStore(store.subscribe, store.get)
}

export function useMicrophone(): MicrophoneState {
  const { microphone, microphoneStore } = useCapture()
  useSyncExternalStore(microphoneStore.subscribe, microphoneStore.get)
  return microphone.state
}
