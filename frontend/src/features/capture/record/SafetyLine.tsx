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

/** What stands between the audio and the server, in words. */
export function problemText(problem: UploadProblem): string {
  switch (problem.kind) {
    case 'offline':
      return 'No connection. The audio is kept on this device and sent when the connection is back.'
    case 'server_busy':
      return 'The server is not answering. The audio is kept on this device and sent when it is back.'
    case 'signed_out':
      return 'Sign in again to send the audio. Until then it is kept on this device.'
    case 'refused':
    case 'damaged':
      return problem.message
  }
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
