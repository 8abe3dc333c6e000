import {
  type Icon,
  IconAlertTriangle,
  IconArrowUp,
  IconBan,
  IconCircleCheck,
  IconEye,
  IconLoader,
  IconPlayerPauseFilled,
  IconPlayerRecordFilled,
} from '@tabler/icons-react'
import type { Schema } from '~/api/client'
import { statusLabel } from '~/lib/consultation-status'
import type { HereKind } from './here'
import classes from './StatusPill.module.css'

type Status = Schema<'ConsultationStatus'> | HereKind

const ICON: Record<Status, Icon> = {
  recording: IconPlayerRecordFilled,
  processing: IconLoader,
  ready: IconEye,
  signed: IconCircleCheck,
  failed: IconAlertTriangle,
  cancelled: IconBan,
  paused: IconPlayerPauseFilled,
  sending: IconArrowUp,
  kept: IconAlertTriangle,
  discarded: IconBan,
}

/** Where a consultation stands: a word and an icon, never the colour alone. */
export function StatusPill(props: {
  status: Status
  pipeline?: Schema<'PipelineRead'> | null
  /** How much of it has been sent, in percent. */
  sent?: number | null
}) {
  const StatusIcon = ICON[props.status]
  return (
    <span className={classes.pill} data-status={props.status}>
      <StatusIcon size={14} stroke={2} aria-hidden />
      {statusLabel(props.status, props.pipeline ?? null, props.sent)}
    </span>
  )
}
