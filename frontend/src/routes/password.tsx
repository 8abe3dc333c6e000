import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router'
import { sessionOptions, useSession } from '~/api/session'
import { ChangePasswordForm } from '~/features/session/ChangePasswordForm'
import { SignInScreen } from '~/features/session/SignInScreen'

export const Route = createFileRoute('/password')({
  staticData: { title: 'Choose a password' },
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionOptions)
    if (!session) throw redirect({ to: '/login' })
    if (!session.user.must_change_password) throw redirect({ to: '/' })
  },
  component: ChoosePassword,
})

function ChoosePassword() {
  const { user } = useSession()
  const queryClient = useQueryClient()
  const router = useRouter()
  const onChanged = async () => {
    await queryClient.fetchQuery({ ...sessionOptions, staleTime: 0 })
    await router.navigate({ to: '/', replace: true })
  }
  return (
    <SignInScreen
      title="Choose a password of your own"
      text={`${user.full_name}, someone else chose the one that you signed in with.`}
    >
      <ChangePasswordForm
        email={user.email}
        currentLabel="The password you were given"
        onChanged={() => void onChanged()}
      />
    </SignInScreen>
  )
}
