import { createFileRoute } from '@tanstack/react-router'
import { RecoveryPanel } from '~/features/capture/recovery/RecoveryPanel'
import { readSearch } from '~/features/worklist/filters'
import { WorklistPage } from '~/features/worklist/WorklistPage'

export const Route = createFileRoute('/_app/')({
  staticData: { title: 'Consultations' },
  validateSearch: readSearch,
  component: () => <WorklistPage search={Route.useSearch()} unsent={<RecoveryPanel />} />,
})
