import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, client } from '~/api/client'
import { usePollInterval } from '~/api/consultation-events'
import { ApiError, hasCode } from '~/api/errors'
import type { DocumentKind, PatientDocument, PatientDocuments } from '../model/types'
import { type Typed, useKeptDrafts } from '../note/kept-drafts'
import type { SaveOutcome, SaveSection } from '../note/note-drafts'
import { FAILED, outcomeOf } from '../note/save-section'
import { heldOf } from '../note/section-text'
import { etag } from '../queries'

const at = (consultation_id: string, kind: DocumentKind) => ({ path: { consultation_id, kind } })

const documentsOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}/patient-documents', {
    params: { path: { consultation_id: id } },
  })

/** The documents of a consultation; asked for again while a language model writes and changes are not pushed. */
export function useDocuments(id: string) {
  const interval = usePollInterval()
  return useQuery({
    ...documentsOptions(id),
    refetchInterval: ({ state }) =>
      state.data?.documents.some((each) => each.awaits_model) ? interval : false,
  })
}

/** Puts what a write answered in place of what was read before. */
function keep(queryClient: QueryClient, document: PatientDocument): void {
  const { queryKey } = documentsOptions(document.consultation_id)
  queryClient.setQueryData(queryKey, (before: PatientDocuments | undefined) => {
    if (before === undefined) return before
    const others = before.documents.filter((each) => each.kind !== document.kind)
    return { ...before, documents: [...others, document] }
  })
}

/** The words typed into a document; null for what nobody may edit. */
export function useTypedDocument(document: PatientDocument, mayEdit: boolean): Typed | null {
  const held = useMemo(() => (mayEdit ? heldOf(document) : null), [document, mayEdit])
  return useKeptDrafts(`${document.consultation_id} ${document.kind}`, held, (queryClient) =>
    saver(queryClient, document.consultation_id, document.kind),
  )
}

function saver(queryClient: QueryClient, id: string, kind: DocumentKind): SaveSection {
  const kept = (document: PatientDocument): PatientDocument => {
    keep(queryClient, document)
    return document
  }
  return async (section, text, version) => {
    try {
      const { data } = await client.PUT(
        '/api/consultations/{consultation_id}/patient-documents/{kind}/sections/{section_key}',
        {
          params: {
            path: { consultation_id: id, kind, section_key: section },
            header: { 'if-match': etag(version) },
          },
          body: { text },
        },
      )
      return data === undefined ? FAILED : { kind: 'saved', held: heldOf(kept(data)) }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) return outcomeOf(error)
      return newest(id, kind, kept)
    }
  }
}

async function newest(
  id: string,
  kind: DocumentKind,
  kept: (document: PatientDocument) => PatientDocument,
): Promise<SaveOutcome> {
  try {
    const { data } = await client.GET('/api/consultations/{consultation_id}/patient-documents/{kind}', {
      params: at(id, kind),
    })
    return data === undefined ? FAILED : { kind: 'stale', held: heldOf(kept(data)) }
  } catch (error) {
    return outcomeOf(error)
  }
}

export interface Writing {
  write: () => void
  /** The document holds a person's words that writing again would replace. */
  confirming: boolean
  confirm: () => void
  dismiss: () => void
  isPending: boolean
  error: unknown
}

/** Writing a document, or writing it again; never over a person's words without a yes. */
export function useWriting(id: string, kind: DocumentKind): Writing {
  const queryClient = useQueryClient()
  const writing = useMutation({
    mutationFn: async (replace: boolean) => {
      const { data } = await client.POST('/api/consultations/{consultation_id}/patient-documents/{kind}', {
        params: at(id, kind),
        body: { replace_human_edits: replace },
      })
      return data
    },
    onSuccess: (document) => {
      if (document === undefined) return
      keep(queryClient, document)
      // The first of its kind is not in the list that was read.
      queryClient.invalidateQueries({ queryKey: documentsOptions(id).queryKey })
    },
  })
  const confirming = hasCode(writing.error, 'document_has_human_edits')
  return {
    write: () => writing.mutate(false),
    confirming,
    confirm: () => writing.mutate(true),
    dismiss: () => writing.reset(),
    isPending: writing.isPending,
    error: confirming ? null : writing.error,
  }
}

/** Approving the newest version, or taking that back. What is typed is saved first. */
export function useApproval(document: PatientDocument, typed: Typed | null) {
  const queryClient = useQueryClient()
  const { consultation_id: id, kind } = document
  return useMutation({
    mutationFn: async (verb: 'approve' | 'reopen') => {
      if (verb === 'approve' && typed !== null && !(await typed.drafts.settled())) throw new Unsaved()
      const header = { 'if-match': etag(typed?.drafts.snapshot().version ?? document.version) }
      const given = { params: { ...at(id, kind), header } }
      const { data } =
        verb === 'approve'
          ? await client.POST('/api/consultations/{consultation_id}/patient-documents/{kind}/approve', given)
          : await client.POST('/api/consultations/{consultation_id}/patient-documents/{kind}/reopen', given)
      return data
    },
    onSuccess: (answer) => answer !== undefined && keep(queryClient, answer),
    onError: () => queryClient.invalidateQueries({ queryKey: documentsOptions(id).queryKey }),
  })
}

/** Some words are not on the server, so there is nothing to approve yet. */
export class Unsaved extends Error {}
