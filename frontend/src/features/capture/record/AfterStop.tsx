import { Button, Group, Progress } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { clock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import type { RecorderState } from '../recorder/machine'
import { WayOut } from '../recovery/WayOut'
import type { Delivery } from '../upload/outbox'
import { problemText } from '../upload/problem-text'
import classes from './AfterStop.module.css'
import { WarningBar } from './SafetyLine'

type Ended = Extract<RecorderState, { kind: 'sending' | 'sealed' }>

/** The recording has ended: on its way, then safe. Who waits here is taken to the consultation once it is safe. */
export function AfterStop({ state }: { state: Ended }) {
  const capture = useCapture()
  const navigate = useNavigate()
  const { progress, deliveries } = useCaptureSnapshot()
  const delivery = deliveries.find((one) => one.recordingId === state.recordingId)
  const problem = delivery?.state.problem ?? null
  const { kind, consultationId } = state
  // Sealed before this screen was opened: its doctor has come to record another.
  const hasWaited = useRef(kind === 'sending')

  useEffect(() => {
    if (kind !== 'sealed') return
    capture.dismiss()
    if (hasWaited.current) void navigate({ to: '/consultations/$id', params: { id: consultationId } })
  }, [kind, consultationId, capture, navigate])

  const sent = progress && progress.recordedMs > 0 ? (100 * progress.sentMs) / progress.recordedMs : 0
  return (
    <section className={classes.view} aria-label="Sending the recording">
      <p className={classes.title} role="status">
        {titleOf(state, delivery)}
      </p>
      <Progress value={kind === 'sealed' ? 100 : sent} aria-label="Sent" w="100%" />
      <p className={classes.text}>
        The recording is safe on this device until the server has all of it. You may leave this page.
      </p>
      {delivery && problem && (
        <WarningBar action={<WayOut delivery={delivery} />}>{problemText(problem)}</WarningBar>
      )}
      <Group gap="xs" justify="center">
        <Button component={Link} to="/" variant="default">
          Go to consultations
        </Button>
        <Button variant="default" onClick={() => capture.dismiss()}>
          Record another
        </Button>
      </Group>
    </section>
  )
}

function titleOf(state: Ended, delivery: Delivery | undefined): string {
  if (state.kind === 'sealed') return 'Sent and checked'
  const audio = `${clock(state.recordedMs)} of audio`
  return delivery?.state.phase === 'stopped' ? `${audio} could not be sent` : `Sending ${audio}`
}
