import { Button, VisuallyHidden } from '@mantine/core'
import { IconDeviceMobile, IconMoon, IconSun } from '@tabler/icons-react'
import { useState } from 'react'
import { clock, spokenClock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import { ContextNotes } from '../context/ContextNotes'
import { MicrophonePicker } from '../preflight/MicrophonePicker'
import type { RecorderState } from '../recorder/machine'
import { DiscardButton } from './DiscardButton'
import { FinishButton } from './FinishButton'
import { GapList } from './GapList'
import { LevelBar } from './LevelBar'
import { MarkMoment } from './MarkMoment'
import { PocketView } from './PocketView'
import { RecordButton } from './RecordButton'
import classes from './RunningView.module.css'
import { RunningWarnings } from './RunningWarnings'
import { SafetyLine } from './SafetyLine'
import { useRecordedTime } from './use-recorded-time'
import { WhoseRecording } from './WhoseRecording'

type Live = Extract<RecorderState, { kind: 'recording' | 'paused' | 'stopping' | 'discarding' }>

/** A recording in progress. */
export function RunningView({ state }: { state: Live }) {
  const capture = useCapture()
  const { progress, deliveries } = useCaptureSnapshot()
  const ms = useRecordedTime(state)
  const [isPocketed, setPocketed] = useState(false)
  const delivery = deliveries.find((one) => one.recordingId === state.recordingId)
  const problem = delivery?.state.problem ?? null
  const isEnding = state.kind === 'stopping' || state.kind === 'discarding'

  if (isPocketed) {
    return (
      <PocketView time={clock(ms)} isPaused={state.kind === 'paused'} onLeave={() => setPocketed(false)} />
    )
  }
  return (
    <section className={classes.view} aria-label="Recording in progress">
      <WhoseRecording />
      <RunningWarnings state={state} problem={problem} />
      <p className={classes.state} data-kind={state.kind}>
        {STATE_TEXT[state.kind]}
      </p>
      <p className={classes.timer}>
        <span aria-hidden>{clock(ms)}</span>
        <VisuallyHidden>{spokenClock(Math.floor(ms / 60_000) * 60_000)} recorded</VisuallyHidden>
      </p>
      <div className={classes.level}>
        <LevelBar />
      </div>
      <SafetyLine progress={progress} problem={problem} />
      <GapList gaps={progress?.gaps ?? []} />
      <div className={classes.controls}>
        <RecordButton
          action={state.kind === 'paused' ? 'resume' : 'pause'}
          isBusy={isEnding}
          onPress={() => void (state.kind === 'paused' ? capture.resume() : capture.pause())}
        />
        {!isEnding && <FinishButton onFinish={() => void capture.finish()} />}
      </div>
      <MarkMoment isRecording={state.kind === 'recording'} />
      <ContextNotes key={state.consultationId} consultationId={state.consultationId} />
      <DeviceCare onDim={() => setPocketed(true)} />
      {!isEnding && <DiscardButton />}
    </section>
  )
}

/** The microphone, and whether this device stays awake. */
function DeviceCare({ onDim }: { onDim: () => void }) {
  const { isAwake } = useCaptureSnapshot()
  return (
    <div className={classes.device}>
      <MicrophonePicker label="Microphone" hasLevel={false} />
      <p className={classes.awake}>
        {isAwake ? <IconSun size={16} aria-hidden /> : <IconDeviceMobile size={16} aria-hidden />}
        {isAwake ? 'The screen stays on' : 'Keep the screen on: this browser may let it lock'}
      </p>
      <Button
        className={classes.pocket}
        variant="subtle"
        leftSection={<IconMoon size={16} aria-hidden />}
        onClick={onDim}
      >
        Dim the screen
      </Button>
    </div>
  )
}

const STATE_TEXT: Record<Live['kind'], string> = {
  recording: 'Recording',
  paused: 'Paused',
  stopping: 'Finishing',
  discarding: 'Discarding',
}
