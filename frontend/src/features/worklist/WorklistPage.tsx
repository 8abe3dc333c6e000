import { Button } from '@mantine/core'
import { IconPlayerRecordFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSession } from '~/api/session'
import { can } from '~/lib/permissions'
import { ErrorState } from '~/ui/ErrorState'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import type { WorklistSearch } from './filters'
import { groupByDay } from './group'
import { useWorklist } from './use-worklist'
import { WorklistEmpty } from './WorklistEmpty'
import { WorklistFilters } from './WorklistFilters'
import { WorklistRows } from './WorklistRows'
import { WorklistSkeleton } from './WorklistSkeleton'

interface Props {
  search: WorklistSearch
  /** What only this device has. */
  unsent?: ReactNode
  /** What the signed-in person should know. */
  notice?: ReactNode
}

/** The home screen: whose note waits, what still runs, what failed. */
export function WorklistPage({ search, unsent, notice }: Props) {
  const { user } = useSession()
  return (
    <Page>
      <PageHeader title="Consultations" actions={can.record(user) && <RecordButton />} />
      {notice}
      {unsent}
      <WorklistFilters search={search} />
      <Worklist search={search} />
    </Page>
  )
}

/** Leads to the recording screen. */
function RecordButton() {
  return (
    <Button component={Link} to="/record" leftSection={<IconPlayerRecordFilled size={16} aria-hidden />}>
      Record
    </Button>
  )
}

function Worklist({ search }: { search: WorklistSearch }) {
  const { clinic } = useSession()
  const worklist = useWorklist(search)
  if (worklist.isPending) return <WorklistSkeleton />
  if (worklist.isError && !worklist.data)
    return <ErrorState error={worklist.error} onRetry={() => void worklist.refetch()} />

  const rows = worklist.data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return <WorklistEmpty search={search} />
  return (
    <>
      {worklist.isError && <ErrorState error={worklist.error} onRetry={() => void worklist.refetch()} />}
      <WorklistRows
        groups={groupByDay(rows, new Date(), clinic.timezone)}
        isStale={worklist.isPlaceholderData}
      />
      {worklist.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          fullWidth
          loading={worklist.isFetchingNextPage}
          onClick={() => void worklist.fetchNextPage()}
        >
          Show older consultations
        </Button>
      )}
    </>
  )
}
