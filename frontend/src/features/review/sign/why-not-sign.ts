import type { Consultation, Note } from '../model/types'

/** Why the note cannot be signed now, in words; null when it can. The server's own reason goes first. */
export function whyNotSign(state: {
  consultation: Pick<Consultation, 'permissions'>
  note: Pick<Note, 'state' | 'open_items'> | null
  unsaved: boolean
  isAcknowledged: boolean
}): string | null {
  const { consultation, note, unsaved, isAcknowledged } = state
  const { sign, sign_refusal: refusal } = consultation.permissions
  if (note === null) return refusal ?? 'There is no note to sign yet.'
  if (note.state === 'signed') return 'The note is signed already.'
  if (!sign) return refusal ?? 'You cannot sign this note.'
  if (unsaved) return 'Some of your words are not saved yet.'
  if (note.open_items.length > 0 && !isAcknowledged)
    return 'Say first that you have looked at the open items.'
  return null
}
