import { QueryClient, type QueryFilters } from '@tanstack/react-query'
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

/**
 * Loads queries anew after a change. A first load that is still on its way may have been answered before the change;
 * invalidating alone would wait for it and take its word, so it is given up.
 */
export async function loadAnew(queryClient: QueryClient, which: QueryFilters): Promise<void> {
  await queryClient.cancelQueries(which)
  await queryClient.invalidateQueries(which)
}
