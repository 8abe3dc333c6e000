import type { UseQueryResult } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Delayed } from '~/ui/Delayed'
import { ErrorState } from '~/ui/ErrorState'
import { ContextPanel } from './context/ContextPanel'
import { chosenEvidence } from './evidence/selection'
import classes from './layout/Layout.module.css'
import type { Consultation, Note, Transcript } from './model/types'
import type { Typed } from './note/kept-drafts'
import { NotePane } from './note/NotePane'
import { isMissing, isUnderWay } from './queries'
import { TranscriptPane } from './transcript/TranscriptPane'
import type { Review } from './use-review'

interface TranscriptSideProps {
  consultation: Consultation
  query: UseQueryResult<Transcript, unknown>
  review: Review
  markRisky: boolean
}

/** What was said, below what the doctor typed meanwhile. */
export function TranscriptSide(props: TranscriptSideProps) {
  return (
    <div className={classes.said}>
      <ContextPanel consultation={props.consultation} />
      <div className={classes.rest}>
        <Said {...props} />
      </div>
    </div>
  )
}

/** The transcript, or the reason why there is none. It shows as soon as it exists, whatever became of the draft. */
function Said(props: TranscriptSideProps) {
  const { consultation, query, review, markRisky } = props
  const pinned = usePinnedTurn(review)
  if (query.data !== undefined && review.index !== null) {
    return (
      <TranscriptPane
        consultation={consultation}
        transcript={query.data}
        index={review.index}
        highlighter={review.highlighter}
        reveal={review.reveal}
        markRisky={markRisky}
        pinned={pinned}
      />
    )
  }
  return (
    <Nothing query={query}>
      {isUnderWay(consultation)
        ? 'The transcript will show here as soon as it is there.'
        : 'There is no transcript.'}
    </Nothing>
  )
}

/** Where the pinned source is, for those who cannot see its colour. Renders when the turn changes, not on a hover. */
function usePinnedTurn({ evidence, index, sentences, width }: Review): number {
  return useSyncExternalStore(evidence.subscribe, () => {
    const { pinned, preview } = evidence.snapshot()
    // On a phone a pin is lifted when its sheet gives way to the transcript; what stays lit is a preview.
    const chosen = pinned ?? (width === 'phone' ? preview : null)
    const [item] = chosenEvidence(sentences.get(chosen?.sentenceId ?? ''), chosen)
    return item === undefined ? -1 : (index?.indexOf(item.utterance) ?? -1)
  })
}

/** The note, or the reason why there is none. */
export function NoteSide(props: {
  consultation: Consultation
  query: UseQueryResult<Note, unknown>
  typed: Typed | null
  review: Review
  timeZone: string
}) {
  const { consultation, query, typed, review, timeZone } = props
  if (query.data !== undefined && typed !== null) {
    return (
      <NotePane
        consultation={consultation}
        note={query.data}
        drafts={typed.drafts}
        state={typed.state}
        actions={review.actions}
        timeZone={timeZone}
      />
    )
  }
  return (
    <Nothing query={query}>
      {isUnderWay(consultation) ? 'The draft note will show here.' : 'There is no note.'}
    </Nothing>
  )
}

function Nothing({ query, children }: { query: UseQueryResult<unknown, unknown>; children: string }) {
  if (query.error !== null && !isMissing(query.error)) {
    return (
      <div className={classes.nothing}>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return (
    <div className={classes.nothing}>{query.isLoading ? <Delayed>Loading</Delayed> : <p>{children}</p>}</div>
  )
}
