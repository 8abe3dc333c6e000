import { Button } from '@mantine/core'
import { IconPlayerRecordFilled, IconUpload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { can } from '~/lib/permissions'
import { EmptyState } from '~/ui/EmptyState'
import type { WorklistSearch } from './filters'

/** Why the list is empty, and the one next step. */
export function WorklistEmpty({ search }: { search: WorklistSearch }) {
  const { user } = useSession()
  if (search.q || search.filter) return <NothingFound search={search} />
  if (!can.record(user))
    return (
      <EmptyState title="No consultations yet">They appear here as soon as a doctor records one.</EmptyState>
    )
  return (
    <EmptyState
      title="No consultations yet"
      action={
        <>
          <Button
            component={Link}
            to="/record"
            size="md"
            leftSection={<IconPlayerRecordFilled size={18} aria-hidden />}
          >
            Record a consultation
          </Button>
          <Button
            // Mantine's polymorphic props lose the router's types; a rendered root keeps them.
            renderRoot={(props) => <Link {...props} to="/record" search={{ source: 'upload' }} />}
            size="md"
            variant="default"
            leftSection={<IconUpload size={18} aria-hidden />}
          >
            Upload audio
          </Button>
        </>
      }
    >
      Record one, or upload audio that you already have. The draft note is here shortly after you stop.
    </EmptyState>
  )
}

function NothingFound({ search }: { search: WorklistSearch }) {
  return (
    <EmptyState
      title="Nothing found"
      action={
        <Button component={Link} to="/" variant="default">
          Show all consultations
        </Button>
      }
    >
      {search.q ? `No consultation matches “${search.q}” here.` : 'No consultation is in this state.'}
    </EmptyState>
  )
}
