import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import classes from './RowActions.module.css'

type Consultation = Schema<'ConsultationRead'>

const AssignPatient = lazy(() =>
  import('./AssignPatient').then((module) => ({ default: module.AssignPatient })),
)

/** What a row asks of its doctor: the named error with Retry and Cancel, or the patient that is missing. */
export function RowActions({ consultation }: { consultation: Consultation }) {
  const { status, patient, permissions } = consultation
  if (status === 'failed') return <Failure consultation={consultation} />
  if (!patient && permissions.edit && status !== 'cancelled')
    return <MissingPatient consultation={consultation} />
  return null
}

function Failure({ consultation: { id, pipeline, permissions } }: { consultation: Consultation }) {
  const queryClient = useQueryClient()
  const reload = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['get', '/api/consultations'] }),
  }
  const retry = api.useMutation('post', '/api/consultations/{consultation_id}/retry', reload)
  const cancel = api.useMutation('post', '/api/consultations/{consultation_id}/cancel', reload)
  const target = { params: { path: { consultation_id: id } } }
  const error: unknown = retry.error ?? cancel.error
  return (
    <div className={classes.strip}>
      <p className={classes.cause}>{pipeline?.error_message ?? 'This could not be finished.'}</p>
      {permissions.retry && (
        <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(target)}>
          Retry
        </Button>
      )}
      {permissions.cancel && (
        <Button size="xs" variant="subtle" loading={cancel.isPending} onClick={() => cancel.mutate(target)}>
          Cancel consultation
        </Button>
      )}
      {error !== null && (
        <p className={classes.error} role="alert">
          {toProblem(error).message}
        </p>
      )}
    </div>
  )
}

function MissingPatient({ consultation }: { consultation: Consultation }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={classes.strip}>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Assign patient
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <AssignPatient consultationId={consultation.id} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}
