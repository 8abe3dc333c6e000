type Status =
  | 'recording'
  | 'processing'
  | 'ready'
  | 'signed'
  | 'failed'
  | 'cancelled'
  | 'paused'
  | 'sending'
  | 'kept'
  | 'discarded'
type Stage = 'assemble' | 'transcribe' | 'roles' | 'draft'

const STATUS: Record<Status, string> = {
  recording: 'Recording',
  processing: 'Processing',
  ready: 'Needs review',
  signed: 'Signed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  paused: 'Paused',
  sending: 'Uploading',
  kept: 'Not sent',
  discarded: 'Discarding',
}

/** What the pipeline does at a stage, as its doctor reads it. */
const STAGE_LABEL: Record<Stage, string> = {
  assemble: 'Preparing audio',
  transcribe: 'Transcribing',
  roles: 'Telling speakers apart',
  draft: 'Writing note',
}

/** The words of the status pill: "Uploading 63 %", "Transcribing 63 %", "Needs review"; `sent` in percent. */
export function statusLabel(
  status: Status,
  pipeline: { stage: Stage; progress: number } | null,
  sent: number | null = null,
): string {
  if (status === 'sending') return withPercent(STATUS.sending, sent ?? 0)
  if (status !== 'processing' || !pipeline) return STATUS[status]
  return withPercent(STAGE_LABEL[pipeline.stage], Math.floor(pipeline.progress * 100))
}

function withPercent(words: string, percent: number): string {
  return percent > 0 && percent < 100 ? `${words} ${percent} %` : words
}
