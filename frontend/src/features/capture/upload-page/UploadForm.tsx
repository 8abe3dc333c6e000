import { Button } from '@mantine/core'
import { useCallback, useState } from 'react'
import { useSession } from '~/api/session'
import { useCapture } from '../CaptureProvider'
import { StartFields } from '../preflight/StartFields'
import { useStartForm } from '../preflight/use-start-form'
import { WarningBar } from '../record/SafetyLine'
import { refusalOfBytes, refusalOfFile } from './audio-file'
import { FilePicker } from './FilePicker'
import { type FileUpload, uploadFile } from './file-upload'
import classes from './UploadForm.module.css'
import { UploadProgress } from './UploadProgress'

/** Makes a consultation from a file that was recorded elsewhere. After a file that was set aside, it begins afresh. */
export function UploadForm() {
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((last) => last + 1), [])
  // A form's idempotency key is good for one consultation.
  return <OneUpload key={round} onSetAside={again} />
}

function OneUpload({ onSetAside }: { onSetAside: () => void }) {
  const capture = useCapture()
  const { user } = useSession()
  const form = useStartForm()
  const [file, setFile] = useState<File | null>(null)
  const [isStarting, setStarting] = useState(false)
  const [upload, setUpload] = useState<FileUpload | null>(null)
  const [refusalOfThis, setRefusalOfThis] = useState<string | null>(null)
  const refusal = form.refusal ?? (file ? refusalOfThis : 'First choose a file.')

  const pick = async (picked: File) => {
    // A file that cannot be read now may be there again when it is sent.
    const found = refusalOfFile(picked) ?? (await refusalOfBytes(picked).catch(() => null))
    setFile(picked)
    setRefusalOfThis(found)
  }
  const start = async () => {
    const request = form.request('upload')
    if (!request || !file) return
    setStarting(true)
    setUpload(await uploadFile(capture, file, request, user.id))
    setStarting(false)
  }

  if (upload?.kind === 'sending') return <UploadProgress upload={upload} onSetAside={onSetAside} />
  return (
    <div className={classes.form}>
      {upload?.kind === 'refused' && <WarningBar>{upload.message}</WarningBar>}
      <FilePicker file={file} refusal={refusalOfThis} onPick={(picked) => void pick(picked)} />
      <StartFields form={form} />
      <div className={classes.actions}>
        <Button
          size="md"
          loading={isStarting}
          data-disabled={Boolean(refusal) || undefined}
          aria-disabled={Boolean(refusal)}
          aria-describedby={refusal ? 'upload-refusal' : undefined}
          onClick={() => {
            if (!refusal) void start()
          }}
        >
          Upload and transcribe
        </Button>
        {refusal && (
          <p className={classes.reason} id="upload-refusal">
            {refusal}
          </p>
        )}
      </div>
    </div>
  )
}
