import { createFileRoute, notFound } from '@tanstack/react-router'
import { sessionOptions } from '~/api/session'
import { ClinicPage } from '~/features/clinic/ClinicPage'
import { can } from '~/lib/permissions'

export const Route = createFileRoute('/_app/clinic')({
  staticData: { title: 'Clinic' },
  beforeLoad: ({ context }) => {
    const session = context.queryClient.getQueryData(sessionOptions.queryKey)
    if (!session || !can.manageClinic(session.user)) throw notFound()
  },
  component: ClinicPage,
})
