import { Modal } from '@mantine/core'
import { EditPatient } from './EditPatient'

/** Corrects a patient over the screen that names them. */
export function EditPatientDialog({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Patient details"
      size="lg"
      // A slip beside the dialog must not cost what was typed.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <EditPatient patientId={patientId} onSaved={onClose} onCancel={onClose} cancelLabel="Cancel" />
    </Modal>
  )
}
