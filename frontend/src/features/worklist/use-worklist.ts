import { keepPreviousData } from '@tanstack/react-query'
import { api } from '~/api/client'
import { usePollInterval } from '~/api/consultation-events'
import { FILTERS, type WorklistSearch } from './filters'

const PAGE = 50

/** The worklist, page by page; live, or polled while no changes are pushed. */
export function useWorklist({ filter, q = '' }: WorklistSearch) {
  const refetchInterval = usePollInterval()
  const query = { status: FILTERS[filter ?? 'all'].statuses, q, limit: PAGE }
  return api.useInfiniteQuery(
    'get',
    '/api/consultations',
    { params: { query } },
    {
      pageParamName: 'cursor',
      // Not undefined: the hook would ask for cursor 0.
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval,
    },
  )
}
