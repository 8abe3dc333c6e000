import { Button, VisuallyHidden } from '@mantine/core'
import { useNetwork } from '@mantine/hooks'
import { IconDeviceMobile, IconMoon, IconSun } from '@tabler/icons-react'
import { useState } from 'react'
import { clock, length, spokenClock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import { MicrophonePicker } from '../preflight/MicrophonePicker'
import type { RecorderState } from '../recorder/machine'
import { problemText } from '../upload/problem-text'
import { ALARM_TEXT } from './alarm-text'
import { FinishButton } from './FinishButton'
import { GapList } from './GapList'
import { LevelBar } from './LevelBar'
import { PocketView } from './PocketView'
import { RecordButton } from './RecordButton'
import classes from './RunningView.module.css'
import { SafetyLine, WarningBar } from './SafetyLine'
import { useRecordedTime } from './use-recorded-time'

type Live = Extract<RecorderState, { kind: 'recording' | 'paused' | 'stopping' }>

/** A recording in progress. */
export function RunningView({ state }: { state: Live }) {
  const capture = useCapture()
  const { progress, deliveries, notice, isAwake } = useCaptureSnapshot()
  const ms = useRecordedTime(state)
  const [isPocketed, setPocketed] = useState(false)
  const { online } = useNetwork()
  const delivery = deliveries.find((one) => one.recordingId === state.recordingId)
  const problem = delivery?.state.problem ?? null
  const alarm = state.kind === 'recording' ? state.alarm : null
  // The frame has a bar of its own for a device without network.
  const isToldAbove = problem?.kind === 'offline' && !online

  if (isPocketed) {
    return (
      <PocketView time={clock(ms)} isPaused={state.kind === 'paused'} onLeave={() => setPocketed(false)} />
    )
  }
  return (
    <section className={classes.view} aria-label="Recording in progress">
      <div className={classes.warnings}>
        {alarm && (
          <WarningBar
            action={
              alarm === 'no_signal' ? null : (
                <Button size="xs" variant="default" onClick={() => void capture.resume()}>
                  Resume
                </Button>
              )
            }
          >
            {ALARM_TEXT[alarm]}
          </WarningBar>
        )}
        {problem && !isToldAbove && <WarningBar>{problemText(problem)}</WarningBar>}
        {(progress?.unsavedSlices ?? 0) > 0 && (
          <WarningBar>
            This device has no room left for audio. Recording continues and is sent at once; do not close this
            page.
          </WarningBar>
        )}
        {(progress?.lostSlices ?? 0) > 0 && (
          <WarningBar>
            The browser could not hand over {length((progress?.lostSlices ?? 0) * 1000)} of audio.
          </WarningBar>
        )}
        {notice && <p className={classes.notice}>{notice}</p>}
      </div>
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
          isBusy={state.kind === 'stopping'}
          onPress={() => void (state.kind === 'paused' ? capture.resume() : capture.pause())}
        />
        {state.kind !== 'stopping' && <FinishButton onFinish={() => void capture.finish()} />}
      </div>
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
          onClick={() => setPocketed(true)}
        >
          Dim the screen
        </Button>
      </div>
    </section>
  )
}

const STATE_TEXT: Record<Live['kind'], string> = {
  recording: 'Recording',
  paused: 'Paused',
  stopping: 'Finishing',
}
