import { createFileRoute } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { RecoveryPanel } from '~/features/capture/recovery/RecoveryPanel'
import { BudgetBar } from '~/features/clinic/BudgetBar'
import { readSearch } from '~/features/worklist/filters'
import { WorklistPage } from '~/features/worklist/WorklistPage'
import { can } from '~/lib/permissions'

export const Route = createFileRoute('/_app/')({
  staticData: { title: 'Consultations' },
  validateSearch: readSearch,
  component: Worklist,
})

function Worklist() {
  const { user } = useSession()
  return (
    <WorklistPage
      search={Route.useSearch()}
      unsent={<RecoveryPanel />}
      notice={can.manageClinic(user) && <BudgetBar />}
    />
  )
}
