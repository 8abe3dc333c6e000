import { createFileRoute, notFound } from '@tanstack/react-router'
import { sessionOptions } from '~/api/session'
import { PeoplePage } from '~/features/people/PeoplePage'
import { can } from '~/lib/permissions'

export const Route = createFileRoute('/_app/people')({
  staticData: { title: 'People' },
  beforeLoad: ({ context }) => {
    const session = context.queryClient.getQueryData(sessionOptions.queryKey)
    if (!session || !can.managePeople(session.user)) throw notFound()
  },
  component: PeoplePage,
})
