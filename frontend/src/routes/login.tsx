import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router'
import { SESSION_KEY, type Session, sessionOptions } from '~/api/session'
import { SignInForm } from '~/features/session/SignInForm'
import { SignInScreen } from '~/features/session/SignInScreen'
import { isOwnPath } from '~/lib/own-path'

export const Route = createFileRoute('/login')({
  staticData: { title: 'Sign in' },
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    isOwnPath(search.to) ? { to: search.to } : {},
  beforeLoad: async ({ context, search }) => {
    // Unreachable is no reason to hide the form; signing in will say it in plain words.
    const session = await context.queryClient.ensureQueryData(sessionOptions).catch(() => null)
    if (session) throw redirect({ href: search.to ?? '/' })
  },
  component: Login,
})

function Login() {
  const queryClient = useQueryClient()
  const router = useRouter()
  const { to } = Route.useSearch()
  const onSignedIn = (session: Session) => {
    queryClient.setQueryData(SESSION_KEY, session)
    void router.navigate({ href: to ?? '/', replace: true })
  }
  return (
    <SignInScreen title="Sign in">
      <SignInForm onSignedIn={onSignedIn} />
    </SignInScreen>
  )
}
