import { Button, Menu } from '@mantine/core'
import { IconFlag } from '@tabler/icons-react'
import { shortClock } from '../model/words'
import { usePeaks } from '../queries'
import classes from './PlayerBar.module.css'

/** The marked moments on the track; the menu beside it leads to them. */
export function MarkTicks({ recordingId, durationMs }: { recordingId: string; durationMs: number }) {
  const { data } = usePeaks(recordingId)
  if (data === undefined || durationMs <= 0) return null
  return (
    <div className={classes.ticks} aria-hidden="true">
      {data.marks_ms.map((ms) => (
        <span
          key={ms}
          className={classes.tick}
          style={{ left: `${Math.min(100, (100 * ms) / durationMs)}%` }}
        />
      ))}
    </div>
  )
}

/** The moments that were marked while recording: where they are, what was being said, and the way there. */
export function MarkMenu(props: {
  recordingId: string
  ready: boolean
  wordsAt: (ms: number) => string
  onGoTo: (ms: number) => void
}) {
  const { recordingId, ready, wordsAt, onGoTo } = props
  const { data } = usePeaks(recordingId, ready)
  const marks = data?.marks_ms ?? []
  if (marks.length === 0) return null
  const count = marks.length === 1 ? '1 mark' : `${marks.length} marks`
  return (
    <Menu position="top-end" width={320}>
      <Menu.Target>
        <Button
          variant="default"
          className={classes.marks}
          leftSection={<IconFlag size={16} aria-hidden />}
          aria-label={`${count}, go to one`}
        >
          {marks.length}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.markList}>
        {marks.map((ms) => (
          <Menu.Item key={ms} onClick={() => onGoTo(ms)}>
            <span className={classes.markTime}>{shortClock(ms)}</span> {wordsAt(ms)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
