import { Button } from '@mantine/core'
import { useNetwork } from '@mantine/hooks'
import { length } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import type { RecorderState } from '../recorder/machine'
import { problemText } from '../upload/problem-text'
import type { UploadProblem } from '../upload/uploader'
import { ALARM_TEXT } from './alarm-text'
import classes from './RunningView.module.css'
import { WarningBar } from './SafetyLine'

/** All that stands between the room and a safe recording, for as long as it does. */
export function RunningWarnings({ state, problem }: { state: RecorderState; problem: UploadProblem | null }) {
  const capture = useCapture()
  const { progress, notice } = useCaptureSnapshot()
  const { online } = useNetwork()
  const alarm = state.kind === 'recording' ? state.alarm : null
  // The frame has a bar of its own for a device without network.
  const isToldAbove = problem?.kind === 'offline' && !online
  return (
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
  )
}
