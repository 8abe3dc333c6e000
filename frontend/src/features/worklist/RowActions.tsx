import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { AssignPatientButton } from '~/ui/AssignPatientButton'
import { CancelConsultation, useMayCancel } from '~/ui/CancelConsultation'
import classes from './RowActions.module.css'

type Consultation = Schema<'ConsultationRead'>

/** What a row asks of its doctor: the named error with Retry, the patient that is missing, and whether to give it up. */
export function RowActions({ consultation }: { consultation: Consultation }) {
  const mayCancel = useMayCancel(consultation)
  const hasFailed = consultation.status === 'failed'
  const isUnassigned = !consultation.patient && consultation.permissions.assign
  if (!hasFailed && !isUnassigned && !mayCancel) return null
  return (
    <div className={classes.strip}>
      {hasFailed && <Failure consultation={consultation} />}
      {isUnassigned && (
        <AssignPatientButton size="xs" consultationId={consultation.id}>
          Assign patient
        </AssignPatientButton>
      )}
      <CancelConsultation consultation={consultation} />
    </div>
  )
}

function Failure({ consultation: { id, pipeline, permissions } }: { consultation: Consultation }) {
  const queryClient = useQueryClient()
  const reload = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['get', '/api/consultations'] }),
  }
  const retry = api.useMutation('post', '/api/consultations/{consultation_id}/retry', reload)
  const target = { params: { path: { consultation_id: id } } }
  const error: unknown = retry.error
  return (
    <>
      <p className={classes.cause}>{pipeline?.error_message ?? 'This could not be finished.'}</p>
      {permissions.retry && (
        <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(target)}>
          Retry
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
