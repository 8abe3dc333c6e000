import { Button, Progress } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useCapture, useCaptureSnapshot } from '../CaptureProvider'
import { problemText, WarningBar } from '../record/SafetyLine'
import type { FileUpload } from './file-upload'
import classes from './UploadForm.module.css'

/** A file on its way; opens its consultation once the server has it. */
export function UploadProgress({ upload }: { upload: Extract<FileUpload, { kind: 'sending' }> }) {
  const capture = useCapture()
  const navigate = useNavigate()
  const { deliveries } = useCaptureSnapshot()
  const delivery = deliveries.find((one) => one.recordingId === upload.recordingId)
  const [fraction, setFraction] = useState(upload.source.progress)
  const isSealed = delivery === undefined

  useEffect(() => {
    upload.source.onChange = () => setFraction(upload.source.progress)
    return () => {
      upload.source.onChange = () => undefined
    }
  }, [upload.source])
  useEffect(() => {
    if (isSealed) void navigate({ to: '/consultations/$id', params: { id: upload.consultationId } })
  }, [isSealed, navigate, upload.consultationId])

  const percent = Math.floor(100 * (isSealed ? 1 : fraction))
  const problem = delivery?.state.problem ?? null
  return (
    <section className={classes.progress} aria-label="Uploading">
      <p role="status">{percent === 100 ? 'Checking what arrived' : `Uploading ${percent} %`}</p>
      <Progress value={percent} aria-label="Uploaded" />
      <p className={classes.reason}>Keep this page open until the file is sent.</p>
      {problem && (
        <WarningBar
          action={
            <Button size="xs" variant="default" onClick={() => capture.outbox.hurry()}>
              Try now
            </Button>
          }
        >
          {problem.kind === 'offline' || problem.kind === 'server_busy'
            ? 'No answer from the server. The upload goes on by itself when it is back.'
            : problemText(problem)}
        </WarningBar>
      )}
    </section>
  )
}
