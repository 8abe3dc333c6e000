import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import { type Preferences, SESSION_KEY, type Session } from './session'

/** Saves the user's screen settings; they take effect at once and go back if the server refuses. */
export function useSavePreferences() {
  const queryClient = useQueryClient()
  const show = (preferences: Session['preferences']) =>
    queryClient.setQueryData<Session | null>(SESSION_KEY, (session) => session && { ...session, preferences })

  return useMutation({
    mutationFn: (preferences: Preferences) => client.PUT('/api/account/preferences', { body: preferences }),
    onMutate: (preferences) => {
      const before = queryClient.getQueryData<Session | null>(SESSION_KEY)?.preferences ?? {}
      show(preferences)
      return before
    },
    onError: (_error, _preferences, before) => before && show(before),
  })
}
