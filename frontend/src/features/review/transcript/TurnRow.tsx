import { memo, type ReactNode } from 'react'
import { clock } from '~/lib/time'
import type { Utterance } from '../model/types'
import { shortClock, speakerName } from '../model/words'
import type { Highlighter } from './highlighter'
import { type SpeakerActions, SpeakerMenu } from './SpeakerMenu'
import classes from './Transcript.module.css'
import { TurnText } from './TurnText'

interface TurnRowProps {
  turn: Utterance
  index: number
  /** The turn that is spoken now, or the one that a pinned source is in. */
  current: 'spoken' | 'pinned' | null
  isTabStop: boolean
  doctorName: string
  language: string
  canEdit: boolean
  highlighter: Highlighter
  actions: SpeakerActions
  onPlayFrom: (ms: number) => void
  editor: ReactNode
}

const CURRENT = { spoken: 'true', pinned: 'location' } as const

/** One turn: who, when, what. Only one turn of the list is in the tab order; arrows move between them. */
export const TurnRow = memo(function TurnRow(props: TurnRowProps) {
  const { turn, index, isTabStop, doctorName, highlighter, editor } = props
  const tabIndex = isTabStop ? 0 : -1
  return (
    <div
      className={classes.turn}
      data-row={index}
      aria-current={props.current === null ? undefined : CURRENT[props.current]}
    >
      <div className={classes.head}>
        <SpeakerMenu
          turn={turn}
          doctorName={doctorName}
          canEdit={props.canEdit}
          tabIndex={tabIndex}
          actions={props.actions}
        />
        <button
          type="button"
          className={classes.time}
          data-turn-start
          tabIndex={tabIndex}
          aria-label={`Play from ${shortClock(turn.start_ms)}, ${speakerName(turn, doctorName)}`}
          onClick={() => props.onPlayFrom(turn.start_ms)}
        >
          {clock(turn.start_ms)}
        </button>
      </div>
      {editor ?? (
        <TurnText turn={index} text={turn.text} language={props.language} highlighter={highlighter} />
      )}
    </div>
  )
})
