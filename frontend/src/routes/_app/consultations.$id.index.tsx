import { createFileRoute } from '@tanstack/react-router'
import { ReviewPage } from '~/features/review/ReviewPage'

export const Route = createFileRoute('/_app/consultations/$id/')({
  staticData: { title: 'Consultation' },
  component: () => <ReviewPage consultationId={Route.useParams().id} />,
})
