import { AskInPlace } from '~/ui/AskInPlace'
import { useCapture } from '../CaptureProvider'

/** Gives the recording up, as when the patient takes the consent back. It goes on until the question is answered. */
export function DiscardButton() {
  const capture = useCapture()
  return (
    <AskInPlace
      variant="subtle"
      color="red"
      label="Discard recording"
      question="Discard this recording?"
      confirmLabel="Discard for good"
      keepLabel="Keep recording"
      onConfirm={() => void capture.discard()}
    >
      It stops at once and is never transcribed. The audio on this device is deleted; what has reached the
      server stays there, unheard. This cannot be undone.
    </AskInPlace>
  )
}
