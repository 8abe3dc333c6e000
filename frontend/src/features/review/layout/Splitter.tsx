import { UnstyledButton } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { type KeyboardEvent, useRef } from 'react'
import classes from './Layout.module.css'

export const SPLIT = { least: 25, most: 65, usual: (5 / 11) * 100 } as const
const STEP = 4

/** The border between transcript and note: dragged, moved by arrow keys, or by its two buttons. */
export function Splitter(props: { percent: number; onChange: (percent: number) => void }) {
  const { percent, onChange } = props
  const handle = useRef<HTMLDivElement>(null)
  const move = (to: number): void => onChange(Math.min(SPLIT.most, Math.max(SPLIT.least, to)))
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') move(percent - STEP)
    else if (event.key === 'ArrowRight') move(percent + STEP)
    else if (event.key === 'Home') move(SPLIT.least)
    else if (event.key === 'End') move(SPLIT.most)
    else if (event.key === 'Enter') move(SPLIT.usual)
    else return
    event.preventDefault()
  }
  return (
    <div className={classes.splitter}>
      {/* biome-ignore lint/a11y/useSemanticElements: an hr cannot be moved */}
      <div
        ref={handle}
        role="separator"
        className={classes.handle}
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Width of the transcript"
        aria-valuenow={Math.round(percent)}
        aria-valuemin={SPLIT.least}
        aria-valuemax={SPLIT.most}
        onKeyDown={onKeyDown}
        onDoubleClick={() => move(SPLIT.usual)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          const box = handle.current?.closest('[data-split]')?.getBoundingClientRect()
          if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
          move(((event.clientX - box.left) / box.width) * 100)
        }}
      />
      <div className={classes.splitButtons}>
        <UnstyledButton
          className={classes.splitButton}
          aria-label="Narrower transcript"
          onClick={() => move(percent - STEP)}
        >
          <IconChevronLeft size={14} aria-hidden />
        </UnstyledButton>
        <UnstyledButton
          className={classes.splitButton}
          aria-label="Wider transcript"
          onClick={() => move(percent + STEP)}
        >
          <IconChevronRight size={14} aria-hidden />
        </UnstyledButton>
      </div>
    </div>
  )
}
