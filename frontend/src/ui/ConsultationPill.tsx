import type { Schema } from '~/api/client'
import { useHere } from './here'
import { StatusPill } from './StatusPill'

type Consultation = Pick<Schema<'ConsultationRead'>, 'id' | 'status' | 'pipeline'>

/** Where a consultation stands, in step with the recorder bar of this device. */
export function ConsultationPill({ consultation: { id, status, pipeline } }: { consultation: Consultation }) {
  const here = useHere(id)
  // Until the recording is complete, the server only knows that it has begun.
  if (status === 'recording' && here) return <StatusPill status={here.kind} sent={here.sent} />
  return <StatusPill status={status} pipeline={pipeline} />
}
