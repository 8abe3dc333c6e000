import { api, type Schema } from '~/api/client'
import { useCaptureSnapshot } from './CaptureProvider'

/** Whose recording runs, as the server told it at the start, and as it was corrected since; null while none runs. */
export function useRunningConsultation(): Schema<'ConsultationRead'> | null {
  const { recorder, consultation } = useCaptureSnapshot()
  const isRunning = 'consultationId' in recorder && recorder.consultationId === consultation?.id
  const { data } = api.useQuery(
    'get',
    '/api/consultations/{consultation_id}',
    { params: { path: { consultation_id: consultation?.id ?? '' } } },
    // What changes it is pushed; without a network what is known stays.
    {
      enabled: isRunning,
      initialData: isRunning ? consultation : undefined,
      staleTime: Number.POSITIVE_INFINITY,
    },
  )
  return isRunning ? (data ?? consultation) : null
}
