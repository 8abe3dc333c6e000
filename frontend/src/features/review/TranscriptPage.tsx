import { Button } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { clock, dayAndTime } from '~/lib/time'
import { ErrorState } from '~/ui/ErrorState'
import { NotFound } from '~/ui/NotFound'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { PageSkeleton } from '~/ui/PageSkeleton'
import type { Consultation, Transcript } from './model/types'
import { patientName, speakerName } from './model/words'
import { isMissing, useConsultation, useTranscript } from './queries'
import classes from './WholeTranscript.module.css'

/** The whole transcript as plain text: to read aloud, to print, and for the browser's own find. */
export function TranscriptPage({ consultationId }: { consultationId: string }) {
  const consultation = useConsultation(consultationId)
  const transcript = useTranscript(consultation.data)
  const error = consultation.error ?? transcript.error
  if (isMissing(error)) return <NotFound />
  if (error !== null) return <ErrorState error={error} onRetry={() => void consultation.refetch()} />
  if (consultation.data === undefined || transcript.data === undefined) return <PageSkeleton />
  return <WholeTranscript consultation={consultation.data} transcript={transcript.data} />
}

function WholeTranscript(props: { consultation: Consultation; transcript: Transcript }) {
  const { consultation, transcript } = props
  const { timezone } = useSession().clinic
  return (
    <Page narrow>
      <PageHeader
        title="Transcript"
        meta={`${patientName(consultation.patient)}, ${dayAndTime(consultation.started_at, timezone)}`}
        actions={
          <>
            <Button
              className={classes.screenOnly}
              variant="default"
              component={Link}
              to={`/consultations/${consultation.id}`}
            >
              Back to review
            </Button>
            <Button
              className={classes.screenOnly}
              leftSection={<IconPrinter size={16} aria-hidden />}
              onClick={() => window.print()}
            >
              Print
            </Button>
          </>
        }
      />
      <ol className={classes.turns} lang={transcript.language}>
        {transcript.utterances.map((turn) => (
          <li key={turn.number} className={classes.turn}>
            <p className={classes.who}>
              {speakerName(turn, consultation.doctor_name)}, <time>{clock(turn.start_ms)}</time>
            </p>
            <p className={classes.text}>{turn.text}</p>
          </li>
        ))}
      </ol>
    </Page>
  )
}
