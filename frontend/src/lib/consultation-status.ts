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

/** The words of the status pill: "Transcribing 63 %", "Needs review". */
export function statusLabel(status: Status, pipeline: { stage: Stage; progress: number } | null): string {
  if (status !== 'processing' || !pipeline) return STATUS[status]
  const percent = Math.floor(pipeline.progress * 100)
  return percent > 0 && percent < 100
    ? `${STAGE_LABEL[pipeline.stage]} ${percent} %`
    : STAGE_LABEL[pipeline.stage]
}
