import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useCapture } from '../CaptureProvider'
import { DeleteButton } from './DeleteButton'
import classes from './RecoveryPanel.module.css'
import type { Leftover } from './recovery'
import { whenFound } from './when-found'

/** A recording that was given up while the server could not be told. */
export function DiscardedRow({ leftover }: { leftover: Leftover }) {
  const { recovery } = useCapture()
  const [isBusy, setBusy] = useState(false)
  const { entry, problem, mayDelete } = leftover

  const tell = async () => {
    setBusy(true)
    await recovery.giveUp(entry)
    setBusy(false)
  }
  return (
    <div className={classes.row}>
      <p className={classes.text}>
        The recording from <strong>{whenFound(entry.startedAt)}</strong> was discarded, but{' '}
        {mayDelete ? 'the server did not cancel it.' : 'the server does not know it yet.'} Nothing more of it
        is sent.
      </p>
      <Group gap="xs">
        {mayDelete ? (
          <DeleteButton
            label="Delete this audio for good"
            onDelete={() => void recovery.discard(entry.recordingId)}
          />
        ) : (
          <Button loading={isBusy} onClick={() => void tell()}>
            Tell it now
          </Button>
        )}
      </Group>
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
