import type { Schema } from '~/api/client'

type Status = Schema<'ConsultationStatus'>

/** What the worklist can be narrowed to; the URL holds it, so a list can be bookmarked and shared. */
export type Filter = 'all' | 'review' | 'progress' | 'signed' | 'failed'

export const FILTERS: Record<Filter, { label: string; statuses: Status[] | undefined }> = {
  all: { label: 'All', statuses: undefined },
  review: { label: 'Needs review', statuses: ['ready'] },
  progress: { label: 'In progress', statuses: ['recording', 'processing'] },
  signed: { label: 'Signed', statuses: ['signed'] },
  failed: { label: 'Failed', statuses: ['failed', 'cancelled'] },
}

const MOST_TYPED = 100

export interface WorklistSearch {
  filter?: Filter
  q?: string
}

/** Reads the worklist's part of the URL; what makes no sense is left out. */
export function readSearch({ filter, q }: Record<string, unknown>): WorklistSearch {
  return { ...(isNarrowing(filter) && { filter }), ...(isSearch(q) && { q }) }
}

// By hand: every first load reads the URL, and a library of schemas would be the largest part of it.
function isNarrowing(value: unknown): value is Filter {
  return typeof value === 'string' && value !== 'all' && Object.hasOwn(FILTERS, value)
}

function isSearch(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_TYPED
}
