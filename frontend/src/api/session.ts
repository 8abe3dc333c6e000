import { queryOptions, useQuery } from '@tanstack/react-query'
import { client, type Schema } from './client'
import { ApiError } from './errors'

export type Session = Schema<'SessionRead'>
export type User = Schema<'UserRead'>
export type Preferences = Required<Schema<'Preferences'>>

export const SESSION_KEY = ['session'] as const

/** Who is signed in, or null. Answers for a locked session too. */
export const sessionOptions = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async (): Promise<Session | null> => {
    try {
      const { data } = await client.GET('/api/session')
      return data ?? null
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** The session of the signed-in user; only below the routes that require one. */
export function useSession(): Session {
  const session = useQuery(sessionOptions).data
  if (!session) throw new Error('useSession is for signed-in routes')
  return session
}

const DEFAULTS: Preferences = {
  theme: 'system',
  text_size: 'medium',
  single_key_shortcuts: true,
  mark_risky_words: true,
  learned_wordings: true,
  show_captions: true,
  announce_captions: false,
}

/** The user's preferences over the defaults. */
function preferencesOf(session: Session): Preferences {
  const known = Object.entries(session.preferences).filter(([key]) => key in DEFAULTS)
  return { ...DEFAULTS, ...Object.fromEntries(known) }
}

/** The signed-in user's own screen settings. */
export function usePreferences(): Preferences {
  return preferencesOf(useSession())
}
