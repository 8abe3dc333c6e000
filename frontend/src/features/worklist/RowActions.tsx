import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { useSession } from '~/api/session'
import { AssignPatientButton } from '~/ui/AssignPatientButton'
import classes from './RowActions.module.css'

type Consultation = Schema<'ConsultationRead'>

/** What a row asks of its doctor: the named error with Retry and Cancel, the patient that is missing. */
export function RowActions({ consultation }: { consultation: Consultation }) {
  const { user } = useSession()
  const hasFailed = consultation.status === 'failed'
  const isUnassigned =
    !consultation.patient && consultation.doctor_id === user.id && ASSIGNABLE[consultation.status]
  if (!hasFailed && !isUnassigned) return null
  return (
    <div className={classes.strip}>
      {hasFailed && <Failure consultation={consultation} />}
      {isUnassigned && (
        <AssignPatientButton size="xs" consultationId={consultation.id}>
          Assign patient
        </AssignPatientButton>
      )}
    </div>
  )
}

// While it is being recorded, its patient is chosen on the recording screen.
const ASSIGNABLE: Record<Consultation['status'], boolean> = {
  recording: false,
  processing: true,
  ready: true,
  failed: true,
  signed: false,
  cancelled: false,
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
    <>
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
    </>
  )
}
