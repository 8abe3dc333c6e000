import type { Note, NoteVersionFull } from '../model/types'
import { DiffText } from '../note/DiffText'
import { sectionText } from '../note/section-text'
import classes from './History.module.css'

/** What changed from an older version to the newest, section by section. */
export function VersionDiff({ older, note }: { older: NoteVersionFull; note: Note }) {
  const isNewest = older.version === note.version
  const keys = [...new Set([...note.sections, ...older.sections].map((section) => section.key))]
  return (
    <section className={classes.diff} aria-label="Difference">
      <h2>
        {isNewest
          ? `Version ${older.version}, the newest`
          : `From version ${older.version} to version ${note.version}, the newest`}
      </h2>
      {keys.map((key) => {
        const before = older.sections.find((section) => section.key === key)
        const now = note.sections.find((section) => section.key === key)
        return (
          <section key={key}>
            <h3>{(now ?? before)?.title}</h3>
            <DiffText
              older={before === undefined ? '' : sectionText(before)}
              newer={now === undefined ? '' : sectionText(now)}
            />
          </section>
        )
      })}
    </section>
  )
}
