import { Button, type ButtonProps } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'

// Forms are loaded by who needs them.
const EditPatientDialog = lazy(() =>
  import('./EditPatientDialog').then((module) => ({ default: module.EditPatientDialog })),
)

/** Opens the dialog that corrects a patient. */
export function EditPatientButton({ patientId, ...props }: ButtonProps & { patientId: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" {...props} onClick={() => setOpen(true)} />
      {isOpen && (
        <Suspense fallback={null}>
          <EditPatientDialog patientId={patientId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
