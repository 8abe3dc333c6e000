import type { LinkProps } from '@tanstack/react-router'
import type { User } from '~/api/session'
import { can } from '~/lib/permissions'

export interface Place {
  to: NonNullable<LinkProps['to']>
  label: string
  keys: string
  description: string
}

/** Where one can go from anywhere, with the keys that lead there. */
export function placesFor(user: User): Place[] {
  const places: Place[] = [
    { to: '/', label: 'Consultations', keys: 'KeyG KeyC', description: 'The worklist' },
    {
      to: '/settings',
      label: 'Settings',
      keys: 'KeyG KeyS',
      description: 'Microphone, theme, shortcuts, password',
    },
  ]
  if (can.record(user))
    places.splice(1, 0, { to: '/record', label: 'Record', keys: 'KeyR', description: 'Start a consultation' })
  if (can.managePeople(user))
    places.push({ to: '/people', label: 'People', keys: 'KeyG KeyP', description: 'Who may sign in' })
  if (can.manageClinic(user))
    places.push({
      to: '/clinic',
      label: 'Clinic',
      keys: 'KeyG KeyL',
      description: 'Where audio goes, key terms, budget',
    })
  return places
}
