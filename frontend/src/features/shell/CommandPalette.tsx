import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import {
  IconArrowRight,
  IconKeyboard,
  IconLock,
  IconLogout,
  IconSearch,
  IconSunMoon,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSavePreferences } from '~/api/save-preferences'
import { usePreferences } from '~/api/session'
import type { Place } from './go-to'
import '@mantine/spotlight/styles.css'

interface Props {
  places: Place[]
  onClose: () => void
  onLock: () => void
  onSignOut: () => void
  onShortcuts: () => void
}

const [store, spotlight] = createSpotlight()
const icon = (Icon: typeof IconLock) => <Icon size={18} stroke={1.6} aria-hidden />

/** Every command by name. */
export function CommandPalette({ places, onClose, onLock, onSignOut, onShortcuts }: Props) {
  const navigate = useNavigate()
  const preferences = usePreferences()
  const { mutate: save } = useSavePreferences()

  useEffect(() => spotlight.open(), [])

  const theme = (value: 'system' | 'light' | 'dark', label: string): SpotlightActionData => ({
    id: `theme-${value}`,
    label,
    leftSection: icon(IconSunMoon),
    onClick: () => save({ ...preferences, theme: value }),
  })
  const actions: SpotlightActionData[] = [
    ...places.map((place) => ({
      id: place.to,
      label: place.label,
      description: place.description,
      leftSection: icon(IconArrowRight),
      onClick: () => void navigate({ to: place.to }),
    })),
    { id: 'shortcuts', label: 'Keyboard shortcuts', leftSection: icon(IconKeyboard), onClick: onShortcuts },
    theme('light', 'Light theme'),
    theme('dark', 'Dark theme'),
    theme('system', 'Theme of the system'),
    { id: 'lock', label: 'Lock screen', leftSection: icon(IconLock), onClick: onLock },
    { id: 'sign-out', label: 'Sign out', leftSection: icon(IconLogout), onClick: onSignOut },
  ]

  return (
    <Spotlight
      store={store}
      actions={actions}
      shortcut={null}
      nothingFound="No such command"
      highlightQuery={false}
      scrollable
      // Held at the top: centred, it would jump with every letter that shortens its list.
      centered={false}
      yOffset="12vh"
      maxHeight={420}
      transitionProps={{ duration: 120 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.6 }}
      styles={{ content: { background: 'var(--surface)' } }}
      attributes={{ content: { 'aria-label': 'Commands' } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Find a command',
        'aria-label': 'Find a command',
      }}
      onSpotlightClose={onClose}
    />
  )
}
