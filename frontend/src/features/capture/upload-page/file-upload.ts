import { client, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import type { Capture } from '../capture'
import { claim, recordingLock } from '../claim'
import type { JournalEntry } from '../journal/types'
import { FileSource } from '../upload/file-source'
import { fetchGrant, HttpTransport } from '../upload/http-transport'

/** Small enough to show progress and to repeat cheaply; the same again after a reload, so that chunks match. */
const CHUNK_BYTES = 4 * 1024 * 1024

export type FileUpload =
  | { kind: 'sending'; recordingId: string; consultationId: string }
  | { kind: 'refused'; message: string }

/** Start a consultation from a file and send it. */
export async function uploadFile(
  capture: Capture,
  file: File,
  request: Schema<'ConsultationStart'>,
  doctorId: string,
): Promise<FileUpload> {
  try {
    const { data } = await client.POST('/api/consultations/start', { body: request })
    if (!data) return { kind: 'refused', message: 'The server answered with something unexpected.' }
    const { consultation, recording: grant } = data
    const entry = entryOf(grant.recording_id, consultation.id, doctorId, file)
    await (await capture.journal).saveEntry(entry).catch(() => undefined)
    return await send(capture, entry, file, grant, false)
  } catch (error) {
    return { kind: 'refused', message: toProblem(error).message }
  }
}

/** Go on with an upload that was cut off, from the same file picked again. */
export async function resumeUpload(capture: Capture, entry: JournalEntry, file: File): Promise<FileUpload> {
  if (entry.file?.size !== file.size || entry.file.lastModified !== file.lastModified) {
    return { kind: 'refused', message: 'This is not the file that was being sent. Choose the same one.' }
  }
  const grant = await fetchGrant(entry.recordingId)
  if (grant.kind === 'refused') return { kind: 'refused', message: grant.message }
  if (grant.kind !== 'done') return { kind: 'refused', message: 'Scribe cannot be reached. Try again later.' }
  return send(capture, entry, file, grant.value, true)
}

async function send(
  capture: Capture,
  entry: JournalEntry,
  file: File,
  grant: Schema<'RecordingGrant'>,
  isRecovery: boolean,
): Promise<FileUpload> {
  const { recordingId, consultationId, startedAt } = entry
  const release = await claim(recordingLock(recordingId))
  if (!release) return { kind: 'refused', message: 'Another tab is sending this file.' }
  const journal = await capture.journal
  const chunkBytes = Math.min(CHUNK_BYTES, grant.chunk_max_bytes)
  const source = new FileSource(recordingId, file, chunkBytes, () => journal.forget(recordingId))
  const transport = new HttpTransport(recordingId, grant.upload_token)
  capture.outbox.send({ consultationId, source: 'upload', startedAt }, source, transport, {
    isRecovery,
    onDone: release,
  })
  return { kind: 'sending', recordingId, consultationId }
}

function entryOf(recordingId: string, consultationId: string, doctorId: string, file: File): JournalEntry {
  return {
    recordingId,
    consultationId,
    doctorId,
    source: 'upload',
    state: 'running',
    startedAt: Date.now(),
    segments: [],
    gaps: [],
    wallClockMs: 0,
    file: { size: file.size, lastModified: file.lastModified },
  }
}
