import { type ReactNode, useMemo, useSyncExternalStore } from 'react'
import { type Here, HereContext } from '~/ui/here'
import { useCapture, useCaptureSnapshot } from './CaptureProvider'
import type { CaptureSnapshot } from './capture'
import type { Leftover } from './recovery/recovery'

/** Lets every list and header say of a recording what the recorder bar says of it. */
export function HereProvider({ children }: { children: ReactNode }) {
  const { recovery } = useCapture()
  const { leftovers } = useSyncExternalStore(recovery.store.subscribe, recovery.store.get)
  const { recorder, deliveries, delivered } = useCaptureSnapshot()
  const here = useMemo(
    () => recordingsHere({ recorder, deliveries, delivered }, leftovers),
    [recorder, deliveries, delivered, leftovers],
  )
  return <HereContext value={here}>{children}</HereContext>
}

/** By consultation; what comes later in the life of a recording gives way to what is going on with it now. */
export function recordingsHere(
  snapshot: Pick<CaptureSnapshot, 'recorder' | 'deliveries' | 'delivered'>,
  leftovers: readonly Leftover[],
): ReadonlyMap<string, Here> {
  const { recorder, deliveries, delivered } = snapshot
  const here = new Map<string, Here>()
  for (const consultationId of delivered) here.set(consultationId, 'sending')
  for (const { entry } of leftovers) here.set(entry.consultationId, 'kept')
  for (const { consultationId, state } of deliveries) {
    here.set(consultationId, state.phase === 'stopped' ? 'kept' : 'sending')
  }
  if (recorder.kind === 'recording' || recorder.kind === 'paused') {
    here.set(recorder.consultationId, recorder.kind)
  }
  return here
}
