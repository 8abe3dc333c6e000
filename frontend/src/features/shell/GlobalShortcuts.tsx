import { useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useSession } from '~/api/session'
import { useShortcuts } from '~/lib/use-shortcuts'
import { AccountActionsProvider } from './account-actions'
import { placesFor } from './go-to'

const CommandPalette = lazy(() =>
  import('./CommandPalette').then((module) => ({ default: module.CommandPalette })),
)
const ShortcutSheet = lazy(() =>
  import('./ShortcutSheet').then((module) => ({ default: module.ShortcutSheet })),
)

type Panel = 'palette' | 'sheet' | null

interface Props {
  onLock: () => void
  onSignOut: () => void
  children: ReactNode
}

/** The keys that work on every screen, the command palette and the shortcut sheet; both load when first asked for. */
export function GlobalShortcuts({ onLock, onSignOut, children }: Props) {
  const { user } = useSession()
  const navigate = useNavigate()
  const [panel, setPanel] = useState<Panel>(null)
  const close = () => setPanel(null)
  const places = placesFor(user)

  useShortcuts([
    { keys: 'Mod+KeyK', label: 'Find a command', group: 'Everywhere', run: () => setPanel('palette') },
    { keys: '?', label: 'Show these shortcuts', group: 'Everywhere', run: () => setPanel('sheet') },
    ...places.map((place) => ({
      keys: place.keys,
      label: place.label,
      group: 'Go to',
      run: () => void navigate({ to: place.to }),
    })),
  ])

  return (
    <AccountActionsProvider value={{ onLock, onSignOut, onShortcuts: () => setPanel('sheet') }}>
      {children}
      <Suspense fallback={null}>
        {panel === 'palette' && (
          <CommandPalette
            places={places}
            onClose={close}
            onLock={onLock}
            onSignOut={onSignOut}
            onShortcuts={() => setPanel('sheet')}
          />
        )}
        {panel === 'sheet' && <ShortcutSheet onClose={close} />}
      </Suspense>
    </AccountActionsProvider>
  )
}
