import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { client } from '~/api/client'
import { usePollInterval } from '~/api/consultation-events'
import { ApiError, hasCode, toProblem } from '~/api/errors'
import type { Consultation, Note, Sentence, Suggestion } from '../model/types'
import type { NoteDrafts } from '../note/note-drafts'
import { etag, isUnderWay, keepNote, suggestionsOptions } from '../queries'

/** What the doctor may do with suggestions for the sections of a note, and how it goes. */
export interface Suggesting {
  /** Why no wish can be made, in words; null where it can. */
  instructRefusal: string | null
  of: (sectionKey: string) => Suggestion | undefined
  /** The sentences that suggestions would bring, for their sources to be shown. */
  sentences: readonly Sentence[]
  ask: (sectionKey: string, instruction: string | null) => void
  accept: (suggestion: Suggestion, ticked: Ticked) => void
  dismiss: (suggestion: Suggestion) => void
  /** The section that something is under way for. */
  busy: string | null
  problemOf: (sectionKey: string) => string | null
}

/** The lines of a suggestion that are ticked, by what becomes of them. */
export interface Ticked {
  remove: string[]
  take: string[]
}

const UNSAVED = 'Some of your words are not saved yet. Save them first, then accept.'

/** Suggestions for the sections of a note; null for who may not edit it. What is typed is saved before anything. */
export function useSuggestions(
  consultation: Consultation,
  note: Note | null,
  drafts: NoteDrafts | null,
): Suggesting | null {
  const mayAsk =
    note?.state === 'draft' && drafts !== null && consultation.permissions.edit && !isUnderWay(consultation)
  const interval = usePollInterval()
  const query = useQuery({
    ...suggestionsOptions(consultation.id),
    enabled: mayAsk,
    refetchInterval: ({ state }) =>
      state.data?.suggestions.some((each) => each.state === 'waiting') ? interval : false,
  })
  useComparedAnew(consultation.id, note?.version, query.data?.version)
  const sentences = useMemo(() => sentencesOf(query.data?.suggestions ?? []), [query.data])
  const ask = useAsk(consultation.id, drafts)
  const accept = useAccept(consultation.id, drafts, query.data?.version)
  const dismiss = useDismiss(consultation.id)
  if (!mayAsk) return null

  const failed = [ask, accept, dismiss].find((mutation) => mutation.isError)
  return {
    instructRefusal: query.data?.instruct_refusal ?? null,
    of: (sectionKey) => query.data?.suggestions.find((each) => each.section_key === sectionKey),
    sentences,
    ask: (sectionKey, instruction) => {
      accept.reset()
      dismiss.reset()
      ask.mutate({ sectionKey, instruction })
    },
    accept: (suggestion, ticked) => {
      ask.reset()
      dismiss.reset()
      accept.mutate({ sectionKey: suggestion.section_key, id: suggestion.id, ticked })
    },
    dismiss: (suggestion) => {
      ask.reset()
      accept.reset()
      dismiss.mutate({ sectionKey: suggestion.section_key, id: suggestion.id })
    },
    busy: [ask, accept, dismiss].find((mutation) => mutation.isPending)?.variables?.sectionKey ?? null,
    problemOf: (sectionKey) =>
      failed?.variables?.sectionKey === sectionKey ? problemWords(failed.error) : null,
  }
}

function sentencesOf(suggestions: readonly Suggestion[]): Sentence[] {
  return suggestions.flatMap((each) =>
    each.rows.filter((row) => row.kind === 'added').map((row) => row.sentence),
  )
}

/** Loads the comparison anew whenever the note has a newer version than the one that was compared. */
function useComparedAnew(id: string, version: number | undefined, compared: number | undefined): void {
  const queryClient = useQueryClient()
  const isOld = version !== undefined && compared !== undefined && version > compared
  useEffect(() => {
    if (isOld) queryClient.invalidateQueries({ queryKey: suggestionsOptions(id).queryKey })
  }, [queryClient, id, isOld])
}

function useAsk(id: string, drafts: NoteDrafts | null) {
  const queryClient = useQueryClient()
  const { queryKey } = suggestionsOptions(id)
  return useMutation({
    mutationFn: async (wish: { sectionKey: string; instruction: string | null }) => {
      // So that a new draft knows the doctor's newest words.
      await drafts?.settled()
      const { data } = await client.POST(
        '/api/consultations/{consultation_id}/note/sections/{section_key}/suggestions',
        {
          params: { path: { consultation_id: id, section_key: wish.sectionKey } },
          body: { instruction: wish.instruction },
        },
      )
      return data
    },
    onSuccess: (data) => queryClient.setQueryData(queryKey, data),
  })
}

function useAccept(id: string, drafts: NoteDrafts | null, compared: number | undefined) {
  const queryClient = useQueryClient()
  const { queryKey } = suggestionsOptions(id)
  return useMutation({
    mutationFn: async (chosen: { sectionKey: string; id: string; ticked: Ticked }) => {
      if (!(await drafts?.settled())) throw new Unsaved()
      const { data } = await client.POST(
        '/api/consultations/{consultation_id}/note/suggestions/{suggestion_id}/accept',
        {
          params: {
            path: { consultation_id: id, suggestion_id: chosen.id },
            // The version that was compared, not the newest: what is ticked was seen against that one.
            header: { 'if-match': etag(compared ?? 0) },
          },
          body: chosen.ticked,
        },
      )
      return data
    },
    onSuccess: (note) => {
      if (note !== undefined) keepNote(queryClient, note)
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  })
}

function useDismiss(id: string) {
  const queryClient = useQueryClient()
  const { queryKey } = suggestionsOptions(id)
  return useMutation({
    mutationFn: async (chosen: { sectionKey: string; id: string }) => {
      await client.POST('/api/consultations/{consultation_id}/note/suggestions/{suggestion_id}/dismiss', {
        params: { path: { consultation_id: id, suggestion_id: chosen.id } },
      })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  })
}

class Unsaved extends Error {}

function problemWords(error: unknown): string {
  if (error instanceof Unsaved) return UNSAVED
  if (error instanceof ApiError && hasCode(error, 'stale')) {
    return 'The note was changed in the meantime. Look at the suggestion again: it is compared with the note as it is now.'
  }
  return toProblem(error).message
}
