import { memo } from 'react'
import { EvidenceLink } from '../evidence/EvidenceLink'
import { useIsShown } from '../evidence/evidence-store'
import type { Evidence, Sentence } from '../model/types'
import classes from './Note.module.css'

export interface SentenceActions {
  speakerOf: (evidence: Evidence) => string | null
  onPin: (sentenceId: string, place: number) => void
  onPlay: (evidence: Evidence) => void
}

/** A sentence of the note, what is special about it in words, and its links. */
export const SentenceRow = memo(function SentenceRow(props: {
  sentence: Sentence
  actions: SentenceActions
}) {
  const { sentence, actions } = props
  const isShown = useIsShown(sentence.id)
  return (
    <li
      className={classes.sentence}
      id={sentenceElementId(sentence.id)}
      tabIndex={-1}
      data-sentence={sentence.id}
      data-shown={isShown || undefined}
    >
      <p className={classes.words}>{sentence.text}</p>
      <span className={classes.marks}>
        {marksOf(sentence).map((mark) => (
          <span key={mark.words} className={mark.isWarning ? classes.warning : classes.mark}>
            {mark.words}
          </span>
        ))}
        {sentence.evidence.map((evidence, place) => (
          <EvidenceLink
            key={`${evidence.utterance} ${evidence.start_ms} ${evidence.end_ms}`}
            evidence={evidence}
            sentenceId={sentence.id}
            place={place}
            speaker={actions.speakerOf(evidence)}
            onPin={actions.onPin}
            onPlay={actions.onPlay}
          />
        ))}
      </span>
    </li>
  )
})

/** The element of a sentence, to send focus to. */
export function sentenceElementId(sentenceId: string): string {
  return `sentence-${sentenceId}`
}

/** What the doctor should know about where a sentence comes from. */
function marksOf(sentence: Sentence): { words: string; isWarning: boolean }[] {
  const marks = []
  if (sentence.origin === 'edited') marks.push({ words: 'edited', isWarning: false })
  if (sentence.origin === 'added') {
    const by =
      sentence.author_name === null || sentence.author_name === undefined ? '' : ` by ${sentence.author_name}`
    marks.push({ words: `added${by}`, isWarning: false })
  }
  if (typeof sentence.worded_from === 'string') {
    marks.push({ words: 'wording: your preference', isWarning: false })
  }
  if (sentence.source_changed) marks.push({ words: 'source changed', isWarning: true })
  if (sentence.evidence.length === 0 && sentence.origin !== 'added') {
    marks.push({ words: 'No source found', isWarning: true })
  }
  return marks
}
