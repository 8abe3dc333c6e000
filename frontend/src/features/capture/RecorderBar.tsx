import { Button, VisuallyHidden } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerRecordFilled } from '@tabler/icons-react'
import { Link, useMatchRoute } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { patientName } from '~/lib/names'
import { clock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from './CaptureProvider'
import classes from './RecorderBar.module.css'
import { ALARM_TEXT } from './record/alarm-text'
import { FinishButton } from './record/FinishButton'
import { useMarkKey } from './record/use-mark-key'
import { useRecordedTime } from './record/use-recorded-time'
import type { RecorderState } from './recorder/machine'
import { useLookForUnsent } from './recovery/use-look-for-unsent'
import { WayOut } from './recovery/WayOut'
import type { Delivery } from './upload/outbox'
import { problemText } from './upload/problem-text'
import { useRunningConsultation } from './use-running-consultation'

type Live = Extract<RecorderState, { kind: 'recording' | 'paused' | 'stopping' }>

/** The running recording, on every screen. While `locked`, it shows no patient, only pause and stop. */
export function RecorderBar({ locked }: { locked: boolean }) {
  const { recorder, deliveries } = useCaptureSnapshot()
  const isOnRecordPage = Boolean(useMatchRoute()({ to: '/record' }))
  const bar = useBottomInset()
  useLookForUnsent(locked)
  const isLive = recorder.kind === 'recording' || recorder.kind === 'paused' || recorder.kind === 'stopping'

  if (isLive && (locked || !isOnRecordPage)) {
    return (
      <div ref={bar}>
        <LiveBar state={recorder} locked={locked} />
      </div>
    )
  }
  // That page shows the recording that has just ended, and the file that is being sent.
  const isShownThere = (one: Delivery) =>
    one.source === 'upload' ||
    !isStopped(one) ||
    ('recordingId' in recorder && recorder.recordingId === one.recordingId)
  const waiting = isOnRecordPage ? deliveries.filter((one) => !isShownThere(one)) : deliveries
  if (waiting.length > 0) {
    return (
      <div ref={bar}>
        <SendingBar deliveries={waiting} />
      </div>
    )
  }
  return null
}

function LiveBar({ state, locked }: { state: Live; locked: boolean }) {
  const capture = useCapture()
  const { deliveries } = useCaptureSnapshot()
  const ms = useRecordedTime(state)
  const alarm = state.kind === 'recording' ? state.alarm : null
  const problem = deliveries.find((one) => one.recordingId === state.recordingId)?.state.problem ?? null
  const isPaused = state.kind === 'paused'
  const isCancelled = problem?.kind === 'cancelled'
  const words = alarm ? ALARM_TEXT[alarm] : problem ? problemText(problem) : null
  return (
    <section
      className={classes.bar}
      aria-label="Recorder"
      data-alarm={alarm || isCancelled ? true : undefined}
    >
      <span className={classes.state} data-kind={state.kind}>
        {isPaused ? (
          <IconPlayerPauseFilled size={18} aria-hidden />
        ) : (
          <IconPlayerRecordFilled size={18} aria-hidden />
        )}
        {state.kind === 'stopping' ? 'Finishing' : isPaused ? 'Paused' : 'Recording'}
      </span>
      <span className={classes.time} aria-hidden>
        {clock(ms)}
      </span>
      {!locked && <Whose />}
      <VisuallyHidden role="status">
        {isPaused ? 'Recording is paused' : 'Recording is running'}
      </VisuallyHidden>
      {words && (
        <span className={classes.words} role="alert">
          {words}
        </span>
      )}
      {state.kind !== 'stopping' && (
        <span className={classes.actions}>
          {!locked && (
            <Button component={Link} to="/record" variant="subtle" size="xs">
              Open
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            onClick={() => void (isPaused ? capture.resume() : capture.pause())}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
          <FinishButton isCompact onFinish={() => void capture.finish()} />
        </span>
      )}
    </section>
  )
}

/** Whose recording it is, and the key that marks a moment of it. */
function Whose() {
  const consultation = useRunningConsultation()
  useMarkKey()
  if (!consultation) return null
  const { patient } = consultation
  return <span className={classes.who}>{patient ? patientName(patient) : 'No patient yet'}</span>
}

function SendingBar({ deliveries }: { deliveries: Delivery[] }) {
  const troubled = deliveries.find(isStopped) ?? deliveries.find((one) => one.state.problem)
  const problem = troubled?.state.problem ?? null
  return (
    <section className={classes.bar} aria-label="Sending">
      <span className={classes.state} role="status">
        {sendingWords(deliveries)}
      </span>
      {problem && <span className={classes.words}>{problemText(problem)}</span>}
      {troubled && (
        <span className={classes.actions}>
          <WayOut key={troubled.recordingId} delivery={troubled} />
        </span>
      )}
    </section>
  )
}

function isStopped({ state }: Delivery): boolean {
  return state.phase === 'stopped'
}

/** "Sending 2 recordings; 1 could not be sent". */
function sendingWords(deliveries: Delivery[]): string {
  const stopped = deliveries.filter(isStopped).length
  const count = (many: number): string => (many === 1 ? 'a recording' : `${many} recordings`)
  if (stopped === deliveries.length) return `Could not send ${count(stopped)}`
  const sending = `Sending ${count(deliveries.length - stopped)}`
  return stopped === 0 ? sending : `${sending}; ${stopped} could not be sent`
}

/** Tells the page how much of its bottom the bar covers, so that nothing focused hides under it. */
function useBottomInset(): (element: HTMLElement | null) => void {
  const root = useRef(document.documentElement)
  useEffect(() => {
    const { style } = root.current
    return () => {
      style.removeProperty('--bottom-inset')
    }
  }, [])
  return (element) => {
    const { style } = root.current
    if (element) style.setProperty('--bottom-inset', `${element.offsetHeight}px`)
    else style.removeProperty('--bottom-inset')
  }
}
