import { Button, Progress } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircle, IconLoader } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '~/api/client'
import { toProblem } from '~/api/errors'
import { CancelConsultation, useMayCancel } from '~/ui/CancelConsultation'
import type { Consultation } from '../model/types'
import { consultationOptions } from '../queries'
import classes from './Header.module.css'
import { type Step, type StepState, stepsOf } from './steps'

const ICON: Record<StepState, typeof IconCheck> = {
  done: IconCheck,
  now: IconLoader,
  later: IconCircle,
  failed: IconAlertTriangle,
}
const WORDS: Record<StepState, string> = {
  done: 'done',
  now: 'under way',
  later: 'to come',
  failed: 'failed',
}

/** How far the recording is on its way to a note; where it failed, why, and Retry; and the way to give it up. */
export function ProgressSteps({ consultation }: { consultation: Consultation }) {
  const steps = stepsOf(consultation)
  const mayCancel = useMayCancel(consultation)
  const { pipeline } = consultation
  if (steps === null) return null
  return (
    <section className={classes.progress} aria-label="Progress">
      <ol className={classes.steps}>
        {steps.map((step) => (
          <StepItem key={step.label} step={step} />
        ))}
      </ol>
      {consultation.status === 'failed' ? <Failure consultation={consultation} /> : null}
      {consultation.status === 'processing' && pipeline !== null ? (
        <>
          <Progress value={pipeline.progress * 100} size="sm" aria-label="Progress of this step" />
          {pipeline.waiting_message ? <p role="status">{pipeline.waiting_message}</p> : null}
          <p className={classes.hint}>You can leave this screen; the note will be in your list.</p>
        </>
      ) : null}
      {mayCancel ? (
        <div className={classes.giveUp}>
          <CancelConsultation consultation={consultation} />
        </div>
      ) : null}
    </section>
  )
}

function StepItem({ step }: { step: Step }) {
  const StepIcon = ICON[step.state]
  return (
    <li data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
      <StepIcon size={16} aria-hidden />
      {step.label}
      <span className={classes.stepState}>{step.detail ?? WORDS[step.state]}</span>
    </li>
  )
}

function Failure({ consultation }: { consultation: Consultation }) {
  const queryClient = useQueryClient()
  const { queryKey } = consultationOptions(consultation.id)
  const retry = useMutation({
    mutationFn: async () => {
      const { data } = await client.POST('/api/consultations/{consultation_id}/retry', {
        params: { path: { consultation_id: consultation.id } },
      })
      return data
    },
    onSuccess: (updated) => updated && queryClient.setQueryData(queryKey, updated),
  })
  return (
    <div className={classes.failure} role="alert">
      <p>{consultation.pipeline?.error_message ?? 'Processing stopped. The recording is safe.'}</p>
      {consultation.pipeline?.error_code ? (
        <p className={classes.hint}>If you report this, quote {consultation.pipeline.error_code}.</p>
      ) : null}
      {retry.error === null ? null : <p>{toProblem(retry.error).message}</p>}
      {consultation.permissions.retry ? (
        <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
          Retry
        </Button>
      ) : null}
    </div>
  )
}
