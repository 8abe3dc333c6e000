import { createFileRoute } from '@tanstack/react-router'
import { HistoryPage } from '~/features/review/HistoryPage'

export const Route = createFileRoute('/_app/consultations/$id/history')({
  staticData: { title: 'History' },
  component: () => <HistoryPage consultationId={Route.useParams().id} />,
})
