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
type Stage = 'assemble' | 'transcribe' | 'roles' | 'draft'

const STATUS: Record<Status, string> = {
  recording: 'Recording',
  processing: 'Processing',
  ready: 'Needs review',
  signed: 'Signed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  paused: 'Paused',
  sending: 'Sending',
  kept: 'Not sent',
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

/** The words of the status pill: "Transcribing 63 %", "Waiting for AssemblyAI", "Needs review". */
export function statusLabel(status: Status, pipeline: Under | null): string {
  if (status !== 'processing' || !pipeline) return STATUS[status]
  if (pipeline.waiting_code) return WAITING_LABEL[pipeline.waiting_code] ?? 'On hold'
  const percent = Math.floor(pipeline.progress * 100)
  return percent > 0 && percent < 100
    ? `${STAGE_LABEL[pipeline.stage]} ${percent} %`
    : STAGE_LABEL[pipeline.stage]
}
