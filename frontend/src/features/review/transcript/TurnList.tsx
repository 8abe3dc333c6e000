import { Button } from '@mantine/core'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Consultation, Transcript } from '../model/types'
import { useStable } from '../model/use-stable'
import { speakerName } from '../model/words'
import { usePlayer } from '../player/use-player'
import type { Highlighter } from './highlighter'
import type { Reveal } from './reveal'
import type { SpeakerActions } from './SpeakerMenu'
import classes from './Transcript.module.css'
import { TurnEditor } from './TurnEditor'
import { TurnRow } from './TurnRow'
import type { TurnIndex } from './turn-index'
import { timeOfOffset } from './turn-words'
import { useFollow, usePlayhead } from './use-follow'
import { useRovingTurns } from './use-roving-turns'
import type { useTurnEdit } from './use-turn-edit'
import { useWordClicks } from './use-word-clicks'

interface TurnListProps {
  consultation: Consultation
  transcript: Transcript
  index: TurnIndex
  highlighter: Highlighter
  wish: Reveal | null
  actions: SpeakerActions
  turnEdit: ReturnType<typeof useTurnEdit>
  /** The turn that the pinned source is in, or -1. */
  pinned: number
}

const LINE_PX = 23
const CHARACTERS_A_LINE = 56
const OVERSCAN = 8

/** The turns, drawn only where they are in view; holds for 25,000 words. */
export function TurnList(props: TurnListProps) {
  const { consultation, transcript, index, highlighter, wish, actions, turnEdit, pinned } = props
  const { turns } = index
  const player = usePlayer()
  const scroller = useRef<HTMLDivElement>(null)
  const roving = useRovingTurns(scroller, turns.length)
  const { tabStop, setTabStop } = roving
  const editing = turnEdit.edit === null ? -1 : index.indexOf(turnEdit.edit.number)

  const virtualizer = useVirtualizer({
    count: turns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (row) => 29 + LINE_PX * Math.ceil((turns[row]?.text.length ?? 0) / CHARACTERS_A_LINE),
    getItemKey: (row) => turns[row]?.number ?? row,
    overscan: OVERSCAN,
    // What has focus, or is being typed in, stays in the page wherever one scrolls.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), tabStop, ...(editing >= 0 ? [editing] : [])])]
        .filter((row) => row < turns.length)
        .sort((a, b) => a - b),
  })
  const isInView = (row: number): boolean => {
    const { range } = virtualizer
    return range !== null && row > range.startIndex && row < range.endIndex
  }
  const bringIntoView = (row: number): void => {
    if (!isInView(row)) virtualizer.scrollToIndex(row, { align: 'center' })
  }
  const playFrom = useStable((ms: number) => player.playFrom(ms))
  const current = usePlayhead(player, index, highlighter)
  const view = { isInView, scrollTo: bringIntoView }
  const { following, resume, pause } = useFollow(player, scroller, current, view)

  const reveal = useRef(bringIntoView)
  useEffect(() => {
    reveal.current = bringIntoView
  })
  useEffect(() => {
    if (wish === null) return
    pause()
    reveal.current(wish.turn)
    setTabStop(wish.turn)
  }, [wish, pause, setTabStop])

  useWordClicks(scroller, {
    onWord: (row, offset) => {
      const turn = turns[row]
      if (turn !== undefined) player.seek(timeOfOffset(turn, index.words(row), offset))
    },
    onCorrect: (row) => {
      const turn = turns[row]
      if (turn !== undefined && consultation.permissions.correct) turnEdit.start(turn)
    },
  })

  return (
    <div className={classes.body}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys move between the buttons of its rows */}
      <div ref={scroller} className={classes.scroller} onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
        <div className={classes.sizer} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const turn = turns[item.index]
            if (turn === undefined) return null
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <TurnRow
                  turn={turn}
                  index={item.index}
                  current={item.index === current ? 'spoken' : item.index === pinned ? 'pinned' : null}
                  isTabStop={item.index === tabStop}
                  doctorName={consultation.doctor_name}
                  language={transcript.language}
                  canEdit={consultation.permissions.correct}
                  highlighter={highlighter}
                  actions={actions}
                  onPlayFrom={playFrom}
                  editor={
                    item.index === editing && turnEdit.edit !== null ? (
                      <TurnEditor
                        edit={turnEdit.edit}
                        speaker={speakerName(turn, consultation.doctor_name)}
                        onChange={turnEdit.type}
                        onSave={turnEdit.save}
                        onCancel={turnEdit.cancel}
                      />
                    ) : null
                  }
                />
              </div>
            )
          })}
        </div>
      </div>
      {!following && current >= 0 && !isInView(current) ? (
        <Button size="xs" className={classes.jump} onClick={resume}>
          Jump to current word
        </Button>
      ) : null}
    </div>
  )
}
