import type { Consultation } from '../model/types'

export type StepState = 'done' | 'now' | 'later' | 'failed'

export interface Step {
  label: string
  state: StepState
  detail: string | null
}

type Stage = NonNullable<Consultation['pipeline']>['stage']

const STAGES: readonly { stage: Stage; label: string }[] = [
  { stage: 'assemble', label: 'Audio' },
  { stage: 'transcribe', label: 'Transcript' },
  { stage: 'roles', label: 'Speakers' },
  { stage: 'draft', label: 'Note' },
]

/** The way from recording to note; null when there is nothing left of it to show. */
export function stepsOf(consultation: Pick<Consultation, 'status' | 'pipeline'>): Step[] | null {
  const { status, pipeline } = consultation
  if (status === 'ready' || status === 'signed' || status === 'cancelled') return null
  const at = pipeline === null ? 0 : STAGES.findIndex(({ stage }) => stage === pipeline.stage)
  return STAGES.map(({ label }, index) => {
    if (index < at || (index === at && pipeline?.state === 'done'))
      return { label, state: 'done', detail: null }
    if (index > at) return { label, state: 'later', detail: null }
    if (status === 'failed' || pipeline?.state === 'failed') return { label, state: 'failed', detail: null }
    const percent = Math.floor((pipeline?.progress ?? 0) * 100)
    return { label, state: 'now', detail: percent > 0 ? `${percent} %` : null }
  })
}
