import { Progress } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useCaptureSnapshot } from '../CaptureProvider'
import { WarningBar } from '../record/SafetyLine'
import { WayOut } from '../recovery/WayOut'
import { problemText } from '../upload/problem-text'
import type { FileUpload } from './file-upload'
import classes from './UploadForm.module.css'

/** A file on its way; opens its consultation once the server has it. */
export function UploadProgress(props: {
  upload: Extract<FileUpload, { kind: 'sending' }>
  onSetAside: () => void
}) {
  const { upload, onSetAside } = props
  const navigate = useNavigate()
  const { deliveries, delivered } = useCaptureSnapshot()
  const delivery = deliveries.find((one) => one.recordingId === upload.recordingId)
  const isSealed = delivered.has(upload.consultationId)
  const isSetAside = delivery === undefined && !isSealed

  useEffect(() => {
    if (isSealed) void navigate({ to: '/consultations/$id', params: { id: upload.consultationId } })
  }, [isSealed, navigate, upload.consultationId])

  useEffect(() => {
    if (isSetAside) onSetAside()
  }, [isSetAside, onSetAside])

  const percent = Math.floor(100 * (isSealed ? 1 : (delivery?.sent ?? 0)))
  const problem = delivery?.state.problem ?? null
  const isStopped = delivery?.state.phase === 'stopped'
  return (
    <section className={classes.progress} aria-label="Uploading">
      <p role="status">{isStopped ? 'This file could not be sent' : wordsOf(percent)}</p>
      <Progress value={percent} aria-label="Uploaded" />
      {!isStopped && <p className={classes.reason}>Keep this page open until the file is sent.</p>}
      {delivery && problem && (
        <WarningBar action={<WayOut delivery={delivery} />}>
          {problem.kind === 'offline' || problem.kind === 'server_busy'
            ? 'No answer from the server. The upload goes on by itself when it is back.'
            : problemText(problem)}
        </WarningBar>
      )}
    </section>
  )
}

function wordsOf(percent: number): string {
  return percent === 100 ? 'Checking what arrived' : `Uploading ${percent} %`
}
