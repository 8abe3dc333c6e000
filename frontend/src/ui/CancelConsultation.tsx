import type { ButtonProps } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { AskInPlace } from './AskInPlace'
import classes from './CancelConsultation.module.css'
import { useDropCancelled, useHere } from './here'

type Consultation = Pick<Schema<'ConsultationRead'>, 'id' | 'status' | 'permissions'>

/** Whether it can be given up from here: what is being recorded on this device is discarded at its recorder. */
export function useMayCancel({ id, permissions }: Pick<Consultation, 'id' | 'permissions'>): boolean {
  const here = useHere(id)
  return permissions.cancel && !(here !== null && AT_RECORDER[here.kind])
}

const AT_RECORDER = { recording: true, paused: true, discarded: true, sending: false, kept: false }

const ELSEWHERE =
  'It may still be recording in another tab or on another device. That goes on until somebody stops it there, and keeps its audio. '

/** Gives a consultation up for good, after a question. */
export function CancelConsultation({
  consultation,
  ...button
}: { consultation: Consultation } & ButtonProps) {
  const { id } = consultation
  const queryClient = useQueryClient()
  const mayCancel = useMayCancel(consultation)
  const dropCancelled = useDropCancelled()
  const mayRunElsewhere = useHere(id) === null
  const target = { params: { path: { consultation_id: id } } }
  const cancel = api.useMutation('post', '/api/consultations/{consultation_id}/cancel', {
    onSuccess: (updated) => {
      dropCancelled(id)
      queryClient.setQueryData(
        api.queryOptions('get', '/api/consultations/{consultation_id}', target).queryKey,
        updated,
      )
      void queryClient.invalidateQueries({ queryKey: ['get', '/api/consultations'] })
    },
  })
  if (!mayCancel) return null
  return (
    <>
      <AskInPlace
        variant="subtle"
        size="xs"
        {...button}
        label="Cancel consultation"
        question="Cancel this consultation for good?"
        confirmLabel="Cancel consultation"
        keepLabel="Keep it"
        isBusy={cancel.isPending}
        onConfirm={() => cancel.mutate(target)}
      >
        {consultation.status === 'recording' && mayRunElsewhere && ELSEWHERE}
        What has reached the server is kept, and is never transcribed. Unsent audio of it on this device is
        deleted. This cannot be undone.
      </AskInPlace>
      {cancel.error !== null && (
        <p className={classes.error} role="alert">
          {toProblem(cancel.error).message}
        </p>
      )}
    </>
  )
}
