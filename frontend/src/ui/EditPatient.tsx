import { Skeleton } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { Delayed } from './Delayed'
import { ErrorState } from './ErrorState'
import { PatientForm } from './PatientForm'

interface Props {
  patientId: string
  onSaved: (patient: Schema<'PatientRead'>) => void
  onCancel: () => void
  cancelLabel: string
}

/** Corrects a patient, as they stand on the server now; all screens that name them follow. */
export function EditPatient({ patientId, onSaved, onCancel, cancelLabel }: Props) {
  const queryClient = useQueryClient()
  const { data, error, isFetching, refetch } = api.useQuery(
    'get',
    '/api/patients/{patient_id}',
    { params: { path: { patient_id: patientId } } },
    // Read once, each time: a list may hold what somebody else has corrected since.
    { gcTime: 0, staleTime: Number.POSITIVE_INFINITY },
  )
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isFetching || !data) {
    return (
      <Delayed>
        <Skeleton height={220} />
      </Delayed>
    )
  }
  const follow = (saved: Schema<'PatientRead'>) => {
    for (const path of NAMING) void queryClient.invalidateQueries({ queryKey: ['get', path] })
    onSaved(saved)
  }
  return <PatientForm patient={data} onSaved={follow} onCancel={onCancel} cancelLabel={cancelLabel} />
}

const NAMING = [
  '/api/patients',
  '/api/consultations',
  '/api/consultations/{consultation_id}',
  '/api/consultations/{consultation_id}/note',
]
