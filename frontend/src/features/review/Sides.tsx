import type { UseQueryResult } from '@tanstack/react-query'
import { Delayed } from '~/ui/Delayed'
import { ErrorState } from '~/ui/ErrorState'
import classes from './layout/Layout.module.css'
import type { Consultation, Note, Transcript } from './model/types'
import type { Typed } from './note/kept-drafts'
import { NotePane } from './note/NotePane'
import { isMissing, isUnderWay } from './queries'
import { TranscriptPane } from './transcript/TranscriptPane'
import type { Review } from './use-review'

/** The transcript, or the reason why there is none. It shows as soon as it exists, whatever became of the draft. */
export function TranscriptSide(props: {
  consultation: Consultation
  query: UseQueryResult<Transcript, unknown>
  review: Review
  markRisky: boolean
}) {
  const { consultation, query, review, markRisky } = props
  if (query.data !== undefined && review.index !== null) {
    return (
      <TranscriptPane
        consultation={consultation}
        transcript={query.data}
        index={review.index}
        highlighter={review.highlighter}
        reveal={review.reveal}
        markRisky={markRisky}
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
