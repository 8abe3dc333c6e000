import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '~/api/client'
import { hasCode } from '~/api/errors'
import type { NoteDrafts } from '../note/note-drafts'
import { consultationOptions, noteOptions } from '../queries'

export interface Redraft {
  ask: (templateKey: string) => void
  /** The server holds human words that a new draft would replace. */
  confirming: boolean
  confirm: () => void
  dismiss: () => void
  isPending: boolean
  error: unknown
}

/** Drafting again; never over human words without a yes. What is being typed is saved first, so that history has it. */
export function useRedraft(consultationId: string, drafts: NoteDrafts | null): Redraft {
  const queryClient = useQueryClient()
  const redraft = useMutation({
    mutationFn: async (wish: { templateKey: string; replace: boolean }) => {
      await drafts?.settled()
      await client.POST('/api/consultations/{consultation_id}/note/redraft', {
        params: { path: { consultation_id: consultationId } },
        body: { template_key: wish.templateKey, replace_human_edits: wish.replace },
      })
    },
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: consultationOptions(consultationId).queryKey })
      queryClient.invalidateQueries({ queryKey: noteOptions(consultationId).queryKey })
    },
  })
  const confirming = hasCode(redraft.error, 'note_has_human_edits')
  return {
    ask: (templateKey) => redraft.mutate({ templateKey, replace: false }),
    confirming,
    confirm: () => {
      if (redraft.variables !== undefined) redraft.mutate({ ...redraft.variables, replace: true })
    },
    dismiss: () => redraft.reset(),
    isPending: redraft.isPending,
    error: confirming ? null : redraft.error,
  }
}
