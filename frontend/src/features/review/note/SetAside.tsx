import { Button } from '@mantine/core'
import { CopyButton } from '~/ui/CopyButton'
import classes from './Note.module.css'
import type { NoteDrafts } from './note-drafts'
import { sectionText, type TypedSection } from './section-text'

/** One's own words that gave way to another version: still here until they are let go. */
export function SetAside({
  section,
  text,
  drafts,
}: {
  section: TypedSection
  text: string
  drafts: NoteDrafts
}) {
  return (
    <div className={classes.setAside}>
      <p>Your version of {section.title} was set aside. It is kept until you close this page.</p>
      <div className={classes.conflictActions}>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() =>
            drafts.dispatch({ kind: 'brought-back', section: section.key, text, base: sectionText(section) })
          }
        >
          Bring it back
        </Button>
        <CopyButton size="compact-sm" label="Copy it" content={() => ({ text })} />
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => drafts.dispatch({ kind: 'dropped-aside', section: section.key })}
        >
          Let it go
        </Button>
      </div>
    </div>
  )
}
