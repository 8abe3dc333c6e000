import { Modal, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schema } from '~/api/client'
import { FormError } from './FormError'
import { PatientPicker } from './PatientPicker'

type Patient = Schema<'PatientRead'>

/** Says, or corrects, whom a consultation was with. Choosing a patient is all it takes. */
export function AssignPatient({ consultationId, onClose }: { consultationId: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [patient, setPatient] = useState<Patient | null>(null)
  const target = { params: { path: { consultation_id: consultationId } } }
  const assign = api.useMutation('patch', '/api/consultations/{consultation_id}', {
    onSuccess: (updated) => {
      const { queryKey } = api.queryOptions('get', '/api/consultations/{consultation_id}', target)
      queryClient.setQueryData(queryKey, updated)
      const note = api.queryOptions('get', '/api/consultations/{consultation_id}/note', target)
      void queryClient.invalidateQueries({ queryKey: note.queryKey })
      void queryClient.invalidateQueries({ queryKey: ['get', '/api/consultations'] })
      onClose()
    },
    onError: () => setPatient(null),
  })
  const pick = (picked: Patient | null) => {
    if (!picked) return
    setPatient(picked)
    assign.mutate({ ...target, body: { patient_id: picked.id } })
  }
  return (
    <Modal opened onClose={onClose} title="Assign a patient" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <FormError error={assign.error} />
        <PatientPicker value={patient} onChange={pick} isBusy={assign.isPending} />
      </Stack>
    </Modal>
  )
}
