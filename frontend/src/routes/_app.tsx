import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { sessionOptions } from '~/api/session'
import { RecorderBar } from '~/features/capture/RecorderBar'
import { AppFrame } from '~/features/shell/AppFrame'

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionOptions)
    if (!session) throw redirect({ to: '/login', search: { to: location.href } })
    if (session.user.must_change_password) throw redirect({ to: '/password' })
  },
  component: AppLayout,
})

function AppLayout() {
  return (
    <AppFrame recorderBar={<RecorderBar locked={false} />}>
      <Outlet />
    </AppFrame>
  )
}
