import { clock } from '~/lib/time'
import type { Gap, GapKind } from '../journal/types'
import classes from './GapList.module.css'

const LABEL: Record<GapKind, string> = {
  paused: 'Paused',
  muted: 'Microphone muted',
  device_lost: 'Microphone gone',
  silent: 'No signal',
  drift: 'Audio missing',
  crash: 'Interrupted',
  storage_full: 'No room on this device',
}

/** Where nothing could be caught, so that nobody finds out only in the transcript. The latest three. */
export function GapList({ gaps }: { gaps: readonly Gap[] }) {
  if (gaps.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Gaps">
      {gaps.slice(-3).map((gap) => (
        <li key={`${gap.kind}-${gap.start_ms}`}>
          {LABEL[gap.kind]}{' '}
          <span className="tabular">
            {clock(gap.start_ms)} to {clock(gap.end_ms)}
          </span>
        </li>
      ))}
    </ul>
  )
}
