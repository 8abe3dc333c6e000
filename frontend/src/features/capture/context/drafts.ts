import type { Schema } from '~/api/client'
import { ContextDraft } from './context-draft'

// By consultation: what is typed outlives the screen, until the server has it or its consultation is final.
const drafts = new Map<string, ContextDraft>()

export function draftOf(
  consultationId: string,
  onSaved: (saved: Schema<'ContextRead'>) => void,
): ContextDraft {
  const known = drafts.get(consultationId)
  if (known) return known
  const draft = new ContextDraft(consultationId, onSaved, () => dropDraft(consultationId))
  drafts.set(consultationId, draft)
  return draft
}

/** Its consultation was given up or signed: nothing of it is saved any more. */
export function dropDraft(consultationId: string): void {
  drafts.get(consultationId)?.end()
  drafts.delete(consultationId)
}

/** Its recording is complete, perhaps brought back: what was refused is tried again, and what is saved may go. */
export function settleDraft(consultationId: string): void {
  const draft = drafts.get(consultationId)
  const { save } = draft?.store.get() ?? {}
  if (save === 'refused') draft?.saveAgain()
  if (save === 'saved' || save === 'nothing') drafts.delete(consultationId)
}
