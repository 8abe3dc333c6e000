import { Button, Group, Progress } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { clock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import type { RecorderState } from '../recorder/machine'
import classes from './AfterStop.module.css'
import { problemText, WarningBar } from './SafetyLine'

type Ended = Extract<RecorderState, { kind: 'sending' | 'sealed' }>

/** The recording has ended: on its way, then safe. Who waits here is taken to the consultation once it is safe. */
export function AfterStop({ state }: { state: Ended }) {
  const capture = useCapture()
  const navigate = useNavigate()
  const { progress, deliveries } = useCaptureSnapshot()
  const problem = deliveries.find((one) => one.recordingId === state.recordingId)?.state.problem ?? null
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
        {kind === 'sealed' ? 'Sent and checked' : `Sending ${clock(state.recordedMs)} of audio`}
      </p>
      <Progress value={kind === 'sealed' ? 100 : sent} aria-label="Sent" w="100%" />
      <p className={classes.text}>
        The recording is safe on this device until the server has all of it. You may leave this page.
      </p>
      {problem && (
        <WarningBar
          action={
            <Button size="xs" variant="default" onClick={() => capture.outbox.hurry()}>
              Try now
            </Button>
          }
        >
          {problemText(problem)}
        </WarningBar>
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
