import { createContext, useContext } from 'react'

/** What one does with one's own session, wherever the menu for it stands. */
export interface AccountActions {
  onLock: () => void
  onSignOut: () => void
  onShortcuts: () => void
}

const Context = createContext<AccountActions | null>(null)

export const AccountActionsProvider = Context.Provider

/** The actions of the frame that one is in. */
export function useAccountActions(): AccountActions {
  const actions = useContext(Context)
  if (!actions) throw new Error('useAccountActions is for screens inside the frame')
  return actions
}
