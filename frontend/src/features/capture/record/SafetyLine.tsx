import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconDeviceFloppy } from '@tabler/icons-react'
import { clock } from '~/lib/time'
import type { ReelProgress } from '../journal/reel'
import type { UploadProblem } from '../upload/uploader'
import classes from './SafetyLine.module.css'

/** How much of the recording is safe, and where. */
export function SafetyLine(props: { progress: ReelProgress | null; problem: UploadProblem | null }) {
  const { progress, problem } = props
  const isOffline = problem?.kind === 'offline'
  return (
    <dl className={classes.line}>
      <div className={classes.item}>
        <dt>
          <IconDeviceFloppy size={16} aria-hidden /> Saved on this device
        </dt>
        <dd>{clock(progress?.savedMs ?? 0)}</dd>
      </div>
      <div className={classes.item}>
        <dt>
          {isOffline ? <IconCloudOff size={16} aria-hidden /> : <IconCloudCheck size={16} aria-hidden />} On
          the server
        </dt>
        <dd>{clock(progress?.sentMs ?? 0)}</dd>
      </div>
    </dl>
  )
}

/** A line across the screen for as long as something is wrong; announced once. */
export function WarningBar({ children, action }: { children: React.ReactNode; action?: React.ReactNode }) {
  return (
    <div className={classes.warning} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <p>{children}</p>
      {action}
    </div>
  )
}
