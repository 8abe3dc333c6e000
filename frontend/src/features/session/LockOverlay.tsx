import { Button } from '@mantine/core'
import { type RefObject, useEffect, useRef } from 'react'
import { type Session, useSession } from '~/api/session'
import classes from './LockOverlay.module.css'
import { SignInForm } from './SignInForm'
import { UnlockForm } from './UnlockForm'
import type { GuardState } from './use-session-guard'

interface Props {
  state: Exclude<GuardState, 'open'>
  onReopen: (session: Session) => void
  onSignOut: () => void
}

const WORDS: Record<Props['state'], { title: string; text: string }> = {
  locked: { title: 'Locked', text: 'Your place is kept. Enter your password to go on.' },
  ended: {
    title: 'Sign in again',
    text: 'Your session has ended. Your place is kept, and unsent audio too.',
  },
}

/** Covers everything but a running recording's controls until the password is given. The page below stays as it was. */
export function LockOverlay({ state, onReopen, onSignOut }: Props) {
  const { user, clinic } = useSession()
  const panel = useRef<HTMLDivElement>(null)
  useInertPortals()
  useFocusWithin(panel)
  const { title, text } = WORDS[state]
  return (
    <div className={classes.overlay} role="dialog" aria-labelledby="lock-title" aria-describedby="lock-text">
      <div className={classes.panel} ref={panel}>
        <h2 className={classes.title} id="lock-title">
          {title}
        </h2>
        <p className={classes.text} id="lock-text">
          {text}
        </p>
        <p className={classes.who}>
          {user.full_name}, {clinic.name}
        </p>
        {state === 'locked' ? (
          <UnlockForm email={user.email} onUnlocked={onReopen} />
        ) : (
          <SignInForm email={user.email} onSignedIn={onReopen} />
        )}
        <Button variant="subtle" fullWidth mt="sm" onClick={onSignOut}>
          {state === 'locked' ? 'Sign out' : 'Sign in as someone else'}
        </Button>
      </div>
    </div>
  )
}

/** Menus and dialogs live outside the app's root; while the screen is locked nobody may reach or read them. */
function useInertPortals(): void {
  useEffect(() => {
    const portals = [...document.querySelectorAll<HTMLElement>('body > [data-portal]')].filter(
      (node) => !node.inert,
    )
    for (const portal of portals) {
      portal.inert = true
      portal.style.visibility = 'hidden'
    }
    return () => {
      for (const portal of portals) {
        portal.inert = false
        portal.style.visibility = ''
      }
    }
  }, [])
}

/** Focus goes to the password and comes back. No trap: the recorder's controls stay within reach of Tab. */
function useFocusWithin(panel: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const before = document.activeElement
    panel.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [panel])
}
