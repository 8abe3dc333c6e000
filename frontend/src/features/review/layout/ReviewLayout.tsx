import { Tabs } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { ReactNode } from 'react'
import classes from './Layout.module.css'
import { SPLIT, Splitter } from './Splitter'

export type Width = 'phone' | 'tablet' | 'desktop'
export type Side = 'note' | 'transcript'

interface ReviewLayoutProps {
  width: Width
  /** On a phone, the open tab; on a tablet, `transcript` is an open drawer. */
  side: Side
  onSide: (side: Side) => void
  transcript: ReactNode
  note: ReactNode
}

/** Transcript and note: side by side, note with a drawer, or two tabs. */
export function ReviewLayout(props: ReviewLayoutProps) {
  const { width, side, onSide, transcript, note } = props
  const [percent, setPercent] = useLocalStorage<number>({
    key: 'scribe-review-split',
    defaultValue: SPLIT.usual,
    getInitialValueInEffect: false,
  })
  if (width === 'desktop') {
    const share = Number.isFinite(percent) ? percent : SPLIT.usual
    return (
      <div
        className={classes.split}
        data-split
        style={{ gridTemplateColumns: `${share}% auto minmax(0, 1fr)` }}
      >
        <div className={classes.side}>{transcript}</div>
        <Splitter percent={share} onChange={setPercent} />
        <div className={classes.side}>{note}</div>
      </div>
    )
  }
  if (width === 'tablet') {
    return (
      <div className={classes.stack}>
        <div className={classes.side}>{note}</div>
        {side === 'transcript' ? <aside className={classes.drawer}>{transcript}</aside> : null}
      </div>
    )
  }
  return (
    <Tabs
      className={classes.tabs}
      value={side}
      onChange={(value) => onSide(value === 'transcript' ? 'transcript' : 'note')}
      keepMounted={false}
    >
      <Tabs.List grow>
        <Tabs.Tab value="note">Note</Tabs.Tab>
        <Tabs.Tab value="transcript">Transcript</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="note" className={classes.tabPanel}>
        {note}
      </Tabs.Panel>
      <Tabs.Panel value="transcript" className={classes.tabPanel}>
        {transcript}
      </Tabs.Panel>
    </Tabs>
  )
}
