import { Button, VisuallyHidden } from '@mantine/core'
import { IconFlag } from '@tabler/icons-react'
import { clock, spokenClock } from '~/lib/time'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import classes from './MarkMoment.module.css'
import { useMarkKey } from './use-mark-key'

const SHOWN = 4

/** Marks the moment while one listens; the player leads back to it. */
export function MarkMoment({ isRecording }: { isRecording: boolean }) {
  const capture = useCapture()
  const { marks } = useCaptureSnapshot()
  useMarkKey()
  const last = marks.at(-1)
  return (
    <div className={classes.place}>
      <Button
        variant="default"
        leftSection={<IconFlag size={16} aria-hidden />}
        aria-disabled={!isRecording}
        data-disabled={!isRecording || undefined}
        // A key that is held presses a button again and again.
        onKeyDown={(event) => event.repeat && event.preventDefault()}
        onClick={() => capture.mark()}
      >
        Mark moment
      </Button>
      {marks.length > 0 && (
        <p className={classes.marks} aria-hidden>
          Marked {marks.slice(-SHOWN).map(clock).join(', ')}
        </p>
      )}
      <VisuallyHidden role="status">
        {last === undefined ? '' : `Marked at ${spokenClock(last)}, ${marks.length} in all`}
      </VisuallyHidden>
    </div>
  )
}
