import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, client } from '~/api/client'
import { usePollInterval } from '~/api/consultation-events'
import { ApiError } from '~/api/errors'
import { loadAnew } from '~/api/query-client'
import type { Consultation, Note, SpeakerRole, Transcript } from './model/types'

const at = (consultationId: string) => ({ params: { path: { consultation_id: consultationId } } })

export const consultationOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}', at(id))
const transcriptOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}/transcript', at(id))
export const noteOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}/note', at(id))
export const versionsOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}/note/versions', at(id))

export const suggestionsOptions = (id: string) =>
  api.queryOptions('get', '/api/consultations/{consultation_id}/note/suggestions', at(id))

/** The ETag of a note or transcript, as If-Match wants it. */
export function etag(version: number): string {
  return `"${version}"`
}

/** What the server does not have (yet) is no error of the screen. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

/** Whether the server is still at work on it. */
export function isUnderWay(consultation: Consultation): boolean {
  return consultation.status === 'recording' || consultation.status === 'processing'
}

/** The consultation; asked for again every few seconds while it is under way and changes are not pushed. */
export function useConsultation(id: string) {
  const interval = usePollInterval()
  return useQuery({
    ...consultationOptions(id),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? interval : false),
  })
}

/** Transcript and note, from the moment at which there can be any. */
export function useTranscript(consultation: Consultation | undefined) {
  return useQuery({ ...transcriptOptions(consultation?.id ?? ''), enabled: mayHaveTranscript(consultation) })
}

export function useNote(consultation: Consultation | undefined) {
  return useQuery({ ...noteOptions(consultation?.id ?? ''), enabled: mayHaveNote(consultation) })
}

/** Loads transcript and note anew whenever a stage has ended. */
export function useRefreshOnProgress(consultation: Consultation | undefined): void {
  const queryClient = useQueryClient()
  const id = consultation?.id
  const mark =
    consultation === undefined
      ? ''
      : `${consultation.status} ${consultation.pipeline?.stage} ${consultation.pipeline?.state}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark is what says that a stage has ended
  useEffect(() => {
    if (id === undefined) return
    void loadAnew(queryClient, { queryKey: transcriptOptions(id).queryKey })
    void loadAnew(queryClient, { queryKey: noteOptions(id).queryKey })
  }, [queryClient, id, mark])
}

function mayHaveTranscript(consultation: Consultation | undefined): boolean {
  if (consultation === undefined || consultation.status === 'recording') return false
  const stage = consultation.pipeline?.stage
  return (
    stage === undefined || stage === 'roles' || stage === 'draft' || consultation.pipeline?.state === 'done'
  )
}

function mayHaveNote(consultation: Consultation | undefined): boolean {
  if (!mayHaveTranscript(consultation)) return false
  return consultation?.pipeline?.stage !== 'roles'
}

export function usePeaks(recordingId: string, enabled = true) {
  return useQuery({
    enabled,
    ...api.queryOptions('get', '/api/recordings/{recording_id}/peaks', {
      params: { path: { recording_id: recordingId } },
    }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What the doctor typed beside the recording; theirs alone. */
export function useContextNote(consultationId: string, enabled: boolean) {
  return useQuery({
    ...api.queryOptions('get', '/api/consultations/{consultation_id}/context', at(consultationId)),
    enabled,
  })
}

/** Put what a write answered in place of what was read before. */
export function keepNote(queryClient: QueryClient, note: Note): void {
  queryClient.setQueryData(noteOptions(note.consultation_id).queryKey, note)
}

export function keepTranscript(queryClient: QueryClient, transcript: Transcript): void {
  const { queryKey } = transcriptOptions(transcript.consultation_id)
  queryClient.setQueryData(queryKey, transcript)
  // Sentences that rest on a corrected turn are marked by the server.
  queryClient.invalidateQueries({ queryKey: noteOptions(transcript.consultation_id).queryKey })
  queryClient.invalidateQueries({ queryKey: consultationOptions(transcript.consultation_id).queryKey })
}

/** A correction of one turn. */
interface TurnChange {
  number: number
  version: number
  text?: string
  role?: SpeakerRole
  scope?: 'turn' | 'speaker'
}

/** Corrects what was said in many turns; answers with the one version that they make. */
export async function sendTexts(
  consultationId: string,
  version: number,
  texts: { number: number; text: string }[],
): Promise<Transcript> {
  const { data } = await client.PATCH('/api/consultations/{consultation_id}/transcript/utterances', {
    params: { path: { consultation_id: consultationId }, header: { 'if-match': etag(version) } },
    body: { texts },
  })
  if (data === undefined) throw new Error('the server answered without a transcript')
  return data
}

export function useChangeTurn(consultationId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async ({ number, version, scope = 'turn', text, role }: TurnChange) => {
      const { data } = await client.PATCH(
        '/api/consultations/{consultation_id}/transcript/utterances/{number}',
        {
          params: {
            path: { consultation_id: consultationId, number },
            header: { 'if-match': etag(version) },
          },
          body: { scope, text, role },
        },
      )
      return data
    },
    onSuccess: (transcript) => transcript && keepTranscript(queryClient, transcript),
    onError: () => queryClient.invalidateQueries({ queryKey: transcriptOptions(consultationId).queryKey }),
  })
}

export function useSwapRoles(consultationId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (version: number) => {
      const { data } = await client.POST('/api/consultations/{consultation_id}/transcript/swap-roles', {
        params: { path: { consultation_id: consultationId }, header: { 'if-match': etag(version) } },
      })
      return data
    },
    onSuccess: (transcript) => transcript && keepTranscript(queryClient, transcript),
    onError: () => queryClient.invalidateQueries({ queryKey: transcriptOptions(consultationId).queryKey }),
  })
}
