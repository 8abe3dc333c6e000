import { Group } from '@mantine/core'
import { useState } from 'react'
import { useCapture } from '../CaptureProvider'
import { DeleteButton } from '../recovery/DeleteButton'
import classes from '../recovery/RecoveryPanel.module.css'
import type { Leftover } from '../recovery/recovery'
import { whenFound } from '../recovery/when-found'
import { fileSize } from './audio-file'
import { FilePicker } from './FilePicker'
import { resumeUpload } from './file-upload'

/** An upload that was cut off: the file is not kept here, so it has to be chosen again. */
export function ResumeUpload({ leftover }: { leftover: Leftover }) {
  const capture = useCapture()
  const [refusal, setRefusal] = useState<string | null>(null)
  const { entry } = leftover

  const pick = async (file: File) => {
    const upload = await resumeUpload(capture, entry, file)
    if (upload.kind === 'refused') setRefusal(upload.message)
    else capture.recovery.taken(entry.recordingId)
  }
  return (
    <div className={classes.row}>
      <p className={classes.text}>
        The upload of a file ({fileSize(entry.file?.size ?? 0)}) from{' '}
        <strong>{whenFound(entry.startedAt)}</strong>{' '}
        {leftover.problem === null ? 'was cut off. Choose the same file to go on.' : 'was refused.'}
      </p>
      <Group gap="xs">
        <DeleteButton
          label="Forget this upload"
          onDelete={() => void capture.recovery.discard(entry.recordingId)}
        />
      </Group>
      <FilePicker file={null} refusal={refusal ?? leftover.problem} onPick={(file) => void pick(file)} />
    </div>
  )
}
