import { Modal, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { FormError } from '~/ui/FormError'
import { PatientPicker } from '~/ui/PatientPicker'

/** Gives a consultation the patient that was left for later. */
export function AssignPatient({ consultationId, onClose }: { consultationId: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const assign = api.useMutation('patch', '/api/consultations/{consultation_id}', {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['get', '/api/consultations'] })
      onClose()
    },
  })
  const pick = (patient: Schema<'PatientRead'>) =>
    assign.mutate({ params: { path: { consultation_id: consultationId } }, body: { patient_id: patient.id } })
  return (
    <Modal opened onClose={onClose} title="Assign a patient" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <FormError error={assign.error} />
        <PatientPicker onPick={pick} isBusy={assign.isPending} />
      </Stack>
    </Modal>
  )
}
