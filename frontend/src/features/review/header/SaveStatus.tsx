import { timeOfDay } from '~/lib/time'
import type { Drafts } from '../note/autosave'
import classes from './Header.module.css'

/** Whether what was typed is on the server, and since when. */
export function SaveStatus({ state, timeZone }: { state: Drafts; timeZone: string }) {
  const words = overallWords(state, timeZone)
  return (
    <span className={classes.saved} data-trouble={words.isTrouble || undefined} role="status">
      {words.text}
    </span>
  )
}

function overallWords(state: Drafts, timeZone: string): { text: string; isTrouble: boolean } {
  const kinds = Object.values(state.sections).map((draft) => draft.save.kind)
  if (kinds.includes('refused')) return { text: 'Not saved', isTrouble: true }
  if (kinds.includes('conflict')) return { text: 'Not saved: two versions', isTrouble: true }
  if (kinds.includes('retrying')) return { text: 'Not saved, trying again', isTrouble: true }
  if (kinds.some((kind) => kind !== 'saved')) return { text: 'Saving', isTrouble: false }
  return { text: `Saved ${timeOfDay(state.savedAt, timeZone)}`, isTrouble: false }
}
