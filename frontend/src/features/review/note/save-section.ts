import type { QueryClient } from '@tanstack/react-query'
import { client } from '~/api/client'
import { ApiError, toProblem } from '~/api/errors'
import type { Note } from '../model/types'
import { etag, keepNote } from '../queries'
import type { SaveOutcome, SaveSection } from './note-drafts'
import { heldOf } from './section-text'

/** Sends typed words of one consultation's note; what the server answers goes into the query cache. */
export function sectionSaver(queryClient: QueryClient, consultationId: string): SaveSection {
  const keep = (note: Note): Note => {
    keepNote(queryClient, note)
    return note
  }
  return async (section, text, version) => {
    try {
      const { data } = await client.PUT('/api/consultations/{consultation_id}/note/sections/{section_key}', {
        params: {
          path: { consultation_id: consultationId, section_key: section },
          header: { 'if-match': etag(version) },
        },
        body: { text },
      })
      return data === undefined ? FAILED : { kind: 'saved', held: heldOf(keep(data)) }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) return outcomeOf(error)
      return newest(consultationId, keep)
    }
  }
}

async function newest(consultationId: string, keep: (note: Note) => Note): Promise<SaveOutcome> {
  try {
    const { data } = await client.GET('/api/consultations/{consultation_id}/note', {
      params: { path: { consultation_id: consultationId } },
    })
    return data === undefined ? FAILED : { kind: 'stale', held: heldOf(keep(data)) }
  } catch (error) {
    return outcomeOf(error)
  }
}

export const FAILED: SaveOutcome = { kind: 'failed', message: 'The server gave no answer.' }

/** What passes by itself is tried again: no network, a lock, a full queue, a server that restarts. */
export function outcomeOf(error: unknown): SaveOutcome {
  const { message } = toProblem(error)
  if (!(error instanceof ApiError)) return { kind: 'failed', message }
  const passes = error.status >= 500 || error.status === 401 || error.status === 429 || error.status === 408
  return passes ? { kind: 'failed', message } : { kind: 'refused', message }
}
