import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './errors'

/** Server state. What the server refused is not asked again; a lost network is, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // Offline is a state the screens show; a paused query would hang on its skeleton instead.
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
