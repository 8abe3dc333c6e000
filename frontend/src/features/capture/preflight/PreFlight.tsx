import { useEffect, useRef } from 'react'
import { useSession } from '~/api/session'
import { useCapture, useCaptureSnapshot, useMicrophone } from '../CaptureProvider'
import { RecordButton } from '../record/RecordButton'
import { WarningBar } from '../record/SafetyLine'
import { isLive } from '../recorder/machine'
import { MicrophonePicker } from './MicrophonePicker'
import classes from './PreFlight.module.css'
import { StartFields } from './StartFields'
import { StorageWarning } from './StorageWarning'
import { useStartForm } from './use-start-form'

/** All that comes before the red button, in one view. */
export function PreFlight() {
  const capture = useCapture()
  const { recorder, notice } = useCaptureSnapshot()
  const microphone = useMicrophone()
  const { user } = useSession()
  const form = useStartForm()
  const fields = useRef<HTMLDivElement>(null)

  useEffect(
    () => () => {
      // Leaving without recording gives the microphone back; React's double mount must not.
      setTimeout(() => {
        const { kind } = capture.recorderState
        const isInUse = isLive(capture.recorderState) || kind === 'starting' || kind === 'stopping'
        if (!isInUse && !document.querySelector('[data-preflight]')) capture.microphone.close()
      })
    },
    [capture],
  )

  const trouble = microphone.kind === 'trouble' ? 'Scribe has no microphone yet; see above.' : null
  const refusal = form.refusal ?? trouble
  const start = () => {
    const request = form.request('capture')
    if (request) void capture.start(request, user.id)
  }
  return (
    <div className={classes.view} data-preflight>
      <div ref={fields} className={classes.fields}>
        {recorder.kind === 'failed' && <WarningBar>{recorder.message}</WarningBar>}
        {recorder.kind === 'idle' && notice && (
          <p className={classes.notice} role="status">
            {notice}
          </p>
        )}
        <StorageWarning />
        <StartFields form={form} />
        <MicrophonePicker label="Microphone" />
      </div>
      <div className={classes.button}>
        <RecordButton
          action="start"
          disabledReason={refusal}
          isBusy={recorder.kind === 'starting'}
          onPress={start}
          onRefused={() => showConsent(fields.current)}
        />
      </div>
    </div>
  )
}

/** On a phone the question lies below the fold, and the button that waits for its answer does not. */
function showConsent(fields: HTMLElement | null): void {
  const choice = fields?.querySelector<HTMLElement>('input[type="radio"]:checked, input[type="radio"]')
  choice?.focus({ preventScroll: true })
  choice?.closest('[role="radiogroup"]')?.scrollIntoView({ block: 'center' })
}
