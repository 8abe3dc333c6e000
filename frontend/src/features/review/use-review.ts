import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useMemo, useState } from 'react'
import { evidenceSpans } from './evidence/evidence-spans'
import { EvidenceStore } from './evidence/evidence-store'
import { chosenEvidence } from './evidence/selection'
import type { Side, Width } from './layout/ReviewLayout'
import type { Consultation, Evidence, Note, Sentence, Transcript } from './model/types'
import { useStable } from './model/use-stable'
import { speakerName } from './model/words'
import type { SentenceActions } from './note/SentenceRow'
import type { Player } from './player/player'
import { Highlighter } from './transcript/highlighter'
import type { Reveal } from './transcript/reveal'
import { TurnIndex } from './transcript/turn-index'

/** How much room there is: tabs below 48 em, a drawer below 68 em. */
export function useWidth(): Width {
  const options = { getInitialValueInEffect: false }
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, options)
  const isTablet = useMediaQuery('(max-width: 67.99em)', false, options)
  if (isPhone) return 'phone'
  return isTablet ? 'tablet' : 'desktop'
}

/** What ties note, transcript and player together: the marks, the chosen evidence, and what is brought into view. */
export function useReview(given: {
  consultation: Consultation
  transcript: Transcript | undefined
  note: Note | null
  player: Player
  width: Width
}) {
  const { consultation, transcript, note, player, width } = given
  const [highlighter] = useState(() => new Highlighter())
  const [evidence] = useState(() => new EvidenceStore())
  const index = useMemo(() => (transcript === undefined ? null : new TurnIndex(transcript)), [transcript])
  const [side, setSide] = useState<Side>('note')
  const [reveal, setReveal] = useState<Reveal | null>(null)
  const sentences = useMemo(() => sentencesById(note), [note])

  const show = useStable((turn: number) => {
    if (width !== 'desktop') setSide('transcript')
    setReveal((last) => ({ turn, wish: (last?.wish ?? 0) + 1 }))
  })
  const goTo = useStable((ms: number) => {
    player.seek(ms)
    const place = index?.at(ms) ?? null
    if (place !== null) show(place.turn)
  })
  const showEvidence = useStable((item: Evidence) => {
    const turn = index?.indexOf(item.utterance) ?? -1
    if (turn >= 0) show(turn)
  })
  useEffect(() => () => highlighter.clear(), [highlighter])
  usePaintedEvidence({ evidence, highlighter, index, sentences })

  const onPlay = useStable((item: Evidence) => player.playFrom(item.start_ms))
  const onPin = useStable((sentenceId: string, place: number) => {
    evidence.dispatch({ kind: 'pin', chosen: { sentenceId, place } })
    const item = evidence.snapshot().pinned === null ? undefined : sentences.get(sentenceId)?.evidence[place]
    if (item !== undefined && width !== 'phone') showEvidence(item)
  })
  const actions = useMemo<SentenceActions>(
    () => ({
      onPin,
      onPlay,
      speakerOf: (item) => {
        const turn = index?.turns[index.indexOf(item.utterance)]
        return turn === undefined ? null : speakerName(turn, consultation.doctor_name)
      },
    }),
    [index, consultation.doctor_name, onPin, onPlay],
  )
  return {
    width,
    highlighter,
    evidence,
    index,
    sentences,
    side,
    setSide,
    reveal,
    show,
    goTo,
    wordsAt: (ms: number): string => beginning(index?.turns[index.at(ms)?.turn ?? -1]?.text ?? ''),
    showEvidence,
    actions,
  }
}

const MOST_SHOWN = 60

function beginning(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN).trimEnd()}...` : text
}

export type Review = ReturnType<typeof useReview>

function sentencesById(note: Note | null): ReadonlyMap<string, Sentence> {
  const all = note?.sections.flatMap((section) => section.sentences) ?? []
  return new Map(all.map((sentence) => [sentence.id, sentence]))
}

/** Lights up in the transcript what the chosen sentence rests on; changes no DOM and renders nothing. */
function usePaintedEvidence(given: {
  evidence: EvidenceStore
  highlighter: Highlighter
  index: TurnIndex | null
  sentences: ReadonlyMap<string, Sentence>
}): void {
  const { evidence, highlighter, index, sentences } = given
  useEffect(() => {
    const paint = (): void => {
      const chosen = evidence.shown()
      const items = chosenEvidence(sentences.get(chosen?.sentenceId ?? ''), chosen)
      highlighter.set('evidence', index === null ? [] : evidenceSpans(index, items))
    }
    paint()
    return evidence.subscribe(paint)
  }, [evidence, highlighter, index, sentences])
}
