import { useSession } from '~/api/session'
import { CopyButton } from '~/ui/CopyButton'
import type { Consultation } from '../model/types'
import { useContextNote } from '../queries'
import classes from './ContextPanel.module.css'

/** What the doctor typed while recording, to copy from by hand. It is theirs alone, and no source of the note. */
export function ContextPanel({ consultation }: { consultation: Consultation }) {
  const { user } = useSession()
  const { data } = useContextNote(consultation.id, consultation.doctor_id === user.id)
  const text = data?.text.trim() ?? ''
  if (text === '') return null
  return (
    <details className={classes.panel} open>
      <summary className={classes.title}>Context that you typed; only you see it</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, and keys must reach it */}
      <p className={classes.text} tabIndex={0}>
        {text}
      </p>
      <CopyButton size="compact-sm" label="Copy" aria-label="Copy the context" content={() => ({ text })} />
    </details>
  )
}
