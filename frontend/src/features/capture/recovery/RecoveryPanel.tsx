import { Button, Group } from '@mantine/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { length } from '~/lib/time'
import { useCapture } from '../CaptureProvider'
import { ResumeUpload } from '../upload-page/ResumeUpload'
import { DeleteButton } from './DeleteButton'
import { DiscardedRow } from './DiscardedRow'
import classes from './RecoveryPanel.module.css'
import type { Leftover } from './recovery'
import { whenFound } from './when-found'

/** Audio that an earlier page could not send: to send, to hear, or to delete. */
export function RecoveryPanel() {
  const { recovery } = useCapture()
  const { leftovers } = useSyncExternalStore(recovery.store.subscribe, recovery.store.get)

  if (leftovers.length === 0) return null
  return (
    <section className={classes.panel} aria-label="Unsent recordings">
      {leftovers.map((leftover) => {
        const Row = rowFor(leftover)
        return <Row key={leftover.entry.recordingId} leftover={leftover} />
      })}
    </section>
  )
}

function rowFor({ entry }: Leftover) {
  if (entry.state === 'discarded') return DiscardedRow
  return entry.source === 'upload' ? ResumeUpload : LeftoverRow
}

function LeftoverRow({ leftover }: { leftover: Leftover }) {
  const { recovery } = useCapture()
  const [pieces, setPieces] = useState<string[]>([])
  const [isBusy, setBusy] = useState(false)
  const { recordingId, startedAt } = leftover.entry

  useEffect(
    () => () => {
      for (const url of pieces) URL.revokeObjectURL(url)
    },
    [pieces],
  )

  const busily = async (work: () => Promise<void>) => {
    setBusy(true)
    await work()
    setBusy(false)
  }
  const listen = async () => {
    setPieces((await recovery.listen(recordingId)).map((piece) => URL.createObjectURL(piece)))
  }
  return (
    <div className={classes.row}>
      <p className={classes.text}>
        Unsent recording from <strong>{whenFound(startedAt)}</strong>, {length(leftover.recordedMs)}
        {leftover.entry.state === 'set_aside' ? ', was set aside. It is kept on this device.' : ' found.'}
      </p>
      <Group gap="xs">
        <Button disabled={isBusy} onClick={() => void busily(() => recovery.send(recordingId))}>
          Send
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => void busily(listen)}>
          Listen
        </Button>
        <DeleteButton
          label="Delete this audio for good"
          onDelete={() => void recovery.discard(recordingId)}
        />
      </Group>
      {leftover.problem && (
        <p className={classes.problem} role="alert">
          {leftover.problem}
        </p>
      )}
      {pieces.map((url, index) => (
        // biome-ignore lint/a11y/useMediaCaption: there is no transcript before the audio is sent
        <audio key={url} className={classes.audio} src={url} controls aria-label={`Part ${index + 1}`} />
      ))}
    </div>
  )
}
