import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { useRef } from 'react'
import { useConsultationEvents } from '~/api/consultation-events'
import { sessionOptions, usePreferences } from '~/api/session'
import { HereProvider } from '~/features/capture/HereProvider'
import { RecorderBar } from '~/features/capture/RecorderBar'
import { hasUnsentAudio } from '~/features/capture/unsent'
import { useApplyPreferences } from '~/features/session/apply-preferences'
import { LockOverlay } from '~/features/session/LockOverlay'
import { SignOutDialog } from '~/features/session/SignOutDialog'
import { useSessionGuard } from '~/features/session/use-session-guard'
import { useSignOut } from '~/features/session/use-sign-out'
import { AppFrame } from '~/features/shell/AppFrame'
import { GlobalShortcuts } from '~/features/shell/GlobalShortcuts'

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionOptions)
    if (!session) throw redirect({ to: '/login', search: { to: location.href } })
    if (session.user.must_change_password) throw redirect({ to: '/password' })
  },
  component: AppLayout,
})

function AppLayout() {
  const guard = useSessionGuard()
  const signOut = useSignOut(hasUnsentAudio)
  const isOpen = guard.state === 'open'
  // A screen that was locked when the page loaded has nothing to keep yet, and must not ask for patient data.
  const wasOpen = useRef(false)
  wasOpen.current ||= isOpen
  useApplyPreferences(usePreferences())
  useConsultationEvents(isOpen)

  return (
    <GlobalShortcuts onLock={guard.lock} onSignOut={signOut.request}>
      <AppFrame
        recorderBar={<RecorderBar locked={!isOpen} />}
        overlay={
          guard.state === 'open' ? null : (
            <LockOverlay state={guard.state} onReopen={guard.reopen} onSignOut={signOut.request} />
          )
        }
      >
        {wasOpen.current && (
          <HereProvider>
            <Outlet />
          </HereProvider>
        )}
      </AppFrame>
      <SignOutDialog signOut={signOut} />
    </GlobalShortcuts>
  )
}
