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

/** What a stage waits for that somebody else has to do; any other wait is for something to be put right. */
const WAITING_LABEL: Record<string, string> = {
  vendor_processing: 'Waiting for AssemblyAI',
  vendor_queued: 'Queued at AssemblyAI',
}

interface Under {
  stage: Stage
  progress: number
  waiting_code?: string | null
}

/**
 * The words of the status pill: "Uploading 63 %", "Transcribing 63 %", "Waiting for AssemblyAI", "Needs review"; `sent`
 * in percent.
 */
export function statusLabel(status: Status, pipeline: Under | null, sent: number | null = null): string {
  if (status === 'sending') return withPercent(STATUS.sending, sent ?? 0)
  if (status !== 'processing' || !pipeline) return STATUS[status]
  if (pipeline.waiting_code) return WAITING_LABEL[pipeline.waiting_code] ?? 'On hold'
  return withPercent(STAGE_LABEL[pipeline.stage], Math.floor(pipeline.progress * 100))
}

function withPercent(words: string, percent: number): string {
  return percent > 0 && percent < 100 ? `${words} ${percent} %` : words
}
