import * as z from 'zod/mini'
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

const search = z.object({
  filter: z.optional(z.catch(z.optional(z.enum(['review', 'progress', 'signed', 'failed'])), undefined)),
  q: z.optional(z.catch(z.optional(z.string().check(z.maxLength(100))), undefined)),
})

export type WorklistSearch = z.infer<typeof search>

/** Reads the worklist's part of the URL; what makes no sense is left out. */
export function readSearch(raw: Record<string, unknown>): WorklistSearch {
  const { filter, q } = search.parse(raw)
  return { ...(filter && { filter }), ...(q && { q }) }
}
