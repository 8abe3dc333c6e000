import { ActionIcon, Button } from '@mantine/core'
import { IconArrowsExchange, IconSearch } from '@tabler/icons-react'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { toProblem } from '~/api/errors'
import { matchesStep } from '~/lib/shortcuts'
import { NoticeList } from '../layout/NoticeList'
import type { Consultation, SpeakerRole, Transcript, Utterance } from '../model/types'
import { useStable } from '../model/use-stable'
import { usePlayer } from '../player/use-player'
import { useChangeTurn, useSwapRoles } from '../queries'
import { FindBar } from './FindBar'
import type { Highlighter } from './highlighter'
import { ReplaceRow } from './ReplaceRow'
import type { Reveal } from './reveal'
import classes from './Transcript.module.css'
import { TurnList } from './TurnList'
import type { TurnIndex } from './turn-index'
import { riskySpans } from './turn-words'
import { useFind } from './use-find'
import { useReplace } from './use-replace'
import { useTurnEdit } from './use-turn-edit'

interface TranscriptPaneProps {
  consultation: Consultation
  transcript: Transcript
  index: TurnIndex
  highlighter: Highlighter
  reveal: Reveal | null
  markRisky: boolean
  /** The turn that the pinned source is in, or -1. */
  pinned: number
}

const SAMPLE_MS = 10_000

/** What was said: to read, hear, search and correct. */
export function TranscriptPane(props: TranscriptPaneProps) {
  const { consultation, transcript, index, highlighter, reveal } = props
  const player = usePlayer()
  const [wish, setWish] = useState<Reveal | null>(null)
  const show = (turn: number): void => setWish((last) => ({ turn, wish: (last?.wish ?? 0) + 1 }))
  const find = useFind(index, highlighter, show)
  const findInput = useRef<HTMLInputElement>(null)
  const [finding, setFinding] = useState(false)
  const turnEdit = useTurnEdit(transcript)
  const changeTurn = useChangeTurn(consultation.id)
  const swap = useSwapRoles(consultation.id)
  const replace = useReplace(transcript, find)
  const canEdit = consultation.permissions.correct
  const closeFind = (): void => {
    find.setWords('')
    setFinding(false)
  }
  const problem = changeTurn.error ?? swap.error

  useRiskyMarks(index, highlighter, props.markRisky)
  useFindKey(findInput, () => setFinding(true))
  useEffect(() => setWish(reveal), [reveal])

  const onSample = useStable((speaker: string) => {
    const longest = longestTurn(index.turns, speaker)
    if (longest !== null) player.playFrom(longest.start_ms, longest.start_ms + SAMPLE_MS)
  })
  const onRole = useStable((turn: Utterance, role: SpeakerRole, scope: 'turn' | 'speaker') =>
    changeTurn.mutate({ number: turn.number, version: transcript.version, role, scope }),
  )
  const onSwap = useStable(() => swap.mutate(transcript.version))
  const onEdit = useStable(turnEdit.start)
  const actions = useMemo(() => ({ onSample, onRole, onSwap, onEdit }), [onSample, onRole, onSwap, onEdit])
  return (
    <section className={classes.pane} aria-label="Transcript">
      <div className={classes.tools}>
        {finding ? (
          <FindBar
            find={find}
            input={findInput}
            replacing={
              canEdit || replace.isBusy ? (
                <ReplaceRow
                  find={find}
                  replace={replace}
                  isCorrecting={turnEdit.edit !== null}
                  onClose={closeFind}
                />
              ) : null
            }
            onClose={closeFind}
          />
        ) : (
          <>
            <h2>Transcript</h2>
            {canEdit ? (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowsExchange size={16} aria-hidden />}
                loading={swap.isPending}
                onClick={actions.onSwap}
              >
                Swap doctor and patient
              </Button>
            ) : null}
            <ActionIcon aria-label="Find in the transcript (Ctrl or Cmd F)" onClick={() => setFinding(true)}>
              <IconSearch size={18} />
            </ActionIcon>
          </>
        )}
      </div>
      {problem === null ? null : (
        <p className={classes.problem} role="alert">
          {toProblem(problem).message}
        </p>
      )}
      <NoticeList className={classes.warnings} label="About this transcript" notices={transcript.warnings} />
      <TurnList
        consultation={consultation}
        transcript={transcript}
        index={index}
        highlighter={highlighter}
        wish={wish}
        actions={actions}
        turnEdit={turnEdit}
        pinned={props.pinned}
      />
    </section>
  )
}

function useRiskyMarks(index: TurnIndex, highlighter: Highlighter, enabled: boolean): void {
  const spans = useMemo(() => {
    if (!enabled) return []
    return index.turns.flatMap((utterance, turn) =>
      utterance.words.some((word) => word.risky)
        ? riskySpans(index.words(turn)).map((span) => ({ turn, ...span }))
        : [],
    )
  }, [index, enabled])
  useEffect(() => highlighter.set('risky', spans), [highlighter, spans])
}

/** Mod+F opens find; pressed again in its field, it is the browser's. */
function useFindKey(input: RefObject<HTMLInputElement | null>, open: () => void): void {
  const latest = useRef(open)
  useEffect(() => {
    latest.current = open
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!matchesStep('Mod+KeyF', event) || document.querySelector('[role="dialog"]') !== null) return
      if (input.current !== null && document.activeElement === input.current) return
      event.preventDefault()
      latest.current()
      input.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [input])
}

function longestTurn(turns: readonly Utterance[], speaker: string): Utterance | null {
  return turns
    .filter((turn) => turn.speaker === speaker)
    .reduce<Utterance | null>(
      (best, turn) =>
        best === null || turn.end_ms - turn.start_ms > best.end_ms - best.start_ms ? turn : best,
      null,
    )
}
