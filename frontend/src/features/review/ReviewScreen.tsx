import { Button, VisuallyHidden } from '@mantine/core'
import { IconListDetails } from '@tabler/icons-react'
import { useRef, useState, useSyncExternalStore } from 'react'
import { usePreferences, useSession } from '~/api/session'
import { EvidenceSheet } from './evidence/EvidenceSheet'
import { EvidenceContext } from './evidence/evidence-store'
import { chosenEvidence } from './evidence/selection'
import { ProgressSteps } from './header/ProgressSteps'
import { RedraftBar } from './header/RedraftMenu'
import { ReviewHeader } from './header/ReviewHeader'
import { useRedraft } from './header/use-redraft'
import classes from './layout/Layout.module.css'
import { ReviewLayout } from './layout/ReviewLayout'
import type { Consultation } from './model/types'
import { hasUnsaved } from './note/autosave'
import { useNoteDrafts } from './note/kept-drafts'
import { MarkMenu } from './player/Marks'
import { PlayerBar } from './player/PlayerBar'
import { PlayerContext, usePlayerFor } from './player/use-player'
import { isUnderWay, useNote, useRefreshOnProgress, useTranscript } from './queries'
import { NoteSide, TranscriptSide } from './Sides'
import { SignPanel } from './sign/SignPanel'
import { useItemWalk } from './use-item-walk'
import { type Review, useReview, useWidth } from './use-review'
import { useReviewKeys } from './use-review-keys'

/** Transcript, note and player of one consultation, tied together. */
export function ReviewScreen({ consultation }: { consultation: Consultation }) {
  useRefreshOnProgress(consultation)
  const transcript = useTranscript(consultation)
  const noteQuery = useNote(consultation)
  const note = noteQuery.data ?? null
  const typed = useNoteDrafts(note)
  const player = usePlayerFor(consultation.recording_id, consultation.duration_ms)
  const width = useWidth()
  const review = useReview({ consultation, transcript: transcript.data, note, player, width })
  const redraft = useRedraft(consultation.id, typed?.drafts ?? null)
  const markRisky = usePreferences().mark_risky_words
  const { timezone } = useSession().clinic
  const [isSigning, setSigning] = useState(false)
  const screen = useRef<HTMLDivElement>(null)
  const canPlay = consultation.duration_ms !== null && consultation.status !== 'recording'
  const walk = useItemWalk({ review, note, player, markRisky, screen })

  useReviewKeys({
    player,
    canPlay,
    onNextItem: walk.step,
    onSection: walk.stepSection,
    onEditTurn: walk.editTurn,
    onCopySection: walk.copySection,
    onSign: () => setSigning(note?.state === 'draft'),
  })

  return (
    <PlayerContext value={player}>
      <EvidenceContext value={review.evidence}>
        <div ref={screen} className={classes.screen}>
          <ReviewHeader
            consultation={consultation}
            note={note}
            typed={typed}
            redraft={redraft}
            timeZone={timezone}
            onSign={() => setSigning(true)}
          >
            {width === 'tablet' ? (
              <Button
                variant="default"
                leftSection={<IconListDetails size={16} aria-hidden />}
                aria-expanded={review.side === 'transcript'}
                onClick={() => review.setSide(review.side === 'transcript' ? 'note' : 'transcript')}
              >
                Transcript
              </Button>
            ) : null}
          </ReviewHeader>
          <RedraftBar redraft={redraft} />
          {isUnderWay(consultation) || consultation.status === 'failed' ? (
            <ProgressSteps consultation={consultation} />
          ) : null}
          <ReviewLayout
            width={width}
            side={review.side}
            onSide={review.setSide}
            transcript={
              <TranscriptSide
                consultation={consultation}
                query={transcript}
                review={review}
                markRisky={markRisky}
              />
            }
            note={
              <NoteSide
                consultation={consultation}
                query={noteQuery}
                typed={typed}
                review={review}
                timeZone={timezone}
              />
            }
          />
          <PlayerBar
            recordingId={consultation.recording_id}
            ready={canPlay}
            marks={
              <MarkMenu
                recordingId={consultation.recording_id}
                ready={canPlay}
                wordsAt={review.wordsAt}
                onGoTo={review.goTo}
              />
            }
          />
          <VisuallyHidden role="status">{walk.words}</VisuallyHidden>
        </div>
        {note !== null && typed !== null && note.state === 'draft' ? (
          <SignPanel
            consultation={consultation}
            note={note}
            drafts={typed.drafts}
            unsaved={hasUnsaved(typed.state)}
            opened={isSigning}
            onClose={() => setSigning(false)}
            onJump={(item) => {
              setSigning(false)
              walk.jump(item)
            }}
          />
        ) : null}
        {width === 'phone' ? <PhoneEvidence consultation={consultation} review={review} /> : null}
      </EvidenceContext>
    </PlayerContext>
  )
}

/** On a phone there is no room beside the note: a pinned source comes up from the bottom. */
function PhoneEvidence({ consultation, review }: { consultation: Consultation; review: Review }) {
  const { evidence, index, sentences } = review
  const { pinned } = useSyncExternalStore(evidence.subscribe, evidence.snapshot)
  const close = (): void => evidence.dispatch({ kind: 'clear' })
  return (
    <EvidenceSheet
      evidence={chosenEvidence(sentences.get(pinned?.sentenceId ?? ''), pinned)}
      doctorName={consultation.doctor_name}
      turnOf={(item) => index?.turns[index.indexOf(item.utterance)]}
      onPlay={review.actions.onPlay}
      onShow={(item) => {
        close()
        // Lit up in the transcript, but no longer pinned, as a pin brings this sheet up.
        if (pinned !== null) evidence.dispatch({ kind: 'preview', chosen: pinned })
        review.showEvidence(item)
      }}
      onClose={close}
    />
  )
}
