import { type ReactNode, useMemo, useSyncExternalStore } from 'react'
import { type Here, HereContext } from '~/ui/here'
import { useCapture, useCaptureSnapshot } from './CaptureProvider'
import type { CaptureSnapshot } from './capture'
import type { Leftover } from './recovery/recovery'

/** Lets every list and header say of a recording what the recorder bar says of it. */
export function HereProvider({ children }: { children: ReactNode }) {
  const capture = useCapture()
  const { store } = capture.recovery
  const { leftovers } = useSyncExternalStore(store.subscribe, store.get)
  const { recorder, deliveries, delivered } = useCaptureSnapshot()
  const found = recordingsHere({ recorder, deliveries, delivered }, leftovers)
  // The recorder reports many times a second; lists render only when what they show has changed.
  const mark = JSON.stringify([...found])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark says all that is in the map
  const recordings = useMemo(() => found, [mark])
  const device = useMemo(
    () => ({ recordings, dropCancelled: (id: string) => void capture.dropCancelled(id) }),
    [recordings, capture],
  )
  return <HereContext value={device}>{children}</HereContext>
}

/** By consultation; what comes later in the life of a recording gives way to what is going on with it now. */
export function recordingsHere(
  snapshot: Pick<CaptureSnapshot, 'recorder' | 'deliveries' | 'delivered'>,
  leftovers: readonly Leftover[],
): ReadonlyMap<string, Here> {
  const { recorder, deliveries, delivered } = snapshot
  const here = new Map<string, Here>()
  const set = (id: string, kind: Here['kind'], sent: number | null = null) => here.set(id, { kind, sent })
  for (const consultationId of delivered) set(consultationId, 'sending')
  for (const { entry } of leftovers) {
    set(entry.consultationId, entry.state === 'discarded' ? 'discarded' : 'kept')
  }
  for (const { consultationId, state, sent } of deliveries) {
    if (state.phase === 'stopped') set(consultationId, 'kept')
    else set(consultationId, 'sending', Math.floor(100 * sent))
  }
  if (recorder.kind === 'recording' || recorder.kind === 'paused') set(recorder.consultationId, recorder.kind)
  if (recorder.kind === 'discarding') set(recorder.consultationId, 'discarded')
  return here
}
