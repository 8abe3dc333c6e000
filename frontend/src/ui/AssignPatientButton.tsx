import { Button, type ButtonProps } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'

// Forms and searching are loaded by who needs them.
const AssignPatient = lazy(() =>
  import('./AssignPatient').then((module) => ({ default: module.AssignPatient })),
)

/** Opens the dialog that says whom a consultation was with. */
export function AssignPatientButton({ consultationId, ...props }: ButtonProps & { consultationId: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" {...props} onClick={() => setOpen(true)} />
      {isOpen && (
        <Suspense fallback={null}>
          <AssignPatient consultationId={consultationId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
