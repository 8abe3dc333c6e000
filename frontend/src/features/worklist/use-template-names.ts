import { api } from '~/api/client'

/** The clinic's template names by key; empty until they are known. */
export function useTemplateNames(): Record<string, string> {
  const templates = api.useQuery('get', '/api/templates', {}, { staleTime: Number.POSITIVE_INFINITY })
  return Object.fromEntries(templates.data?.map(({ key, name }) => [key, name]) ?? [])
}
