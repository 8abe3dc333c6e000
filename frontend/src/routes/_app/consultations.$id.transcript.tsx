import { createFileRoute } from '@tanstack/react-router'
import { TranscriptPage } from '~/features/review/TranscriptPage'

export const Route = createFileRoute('/_app/consultations/$id/transcript')({
  staticData: { title: 'Transcript' },
  component: () => <TranscriptPage consultationId={Route.useParams().id} />,
})
