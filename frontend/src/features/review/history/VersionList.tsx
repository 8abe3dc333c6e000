import { UnstyledButton } from '@mantine/core'
import { dayAndTime } from '~/lib/time'
import type { NoteVersion } from '../model/types'
import classes from './History.module.css'

const SOURCE: Record<NoteVersion['source'], string> = {
  ai: 'Drafted from the transcript',
  human: 'Edited',
  ai_edit: 'Edited by instruction',
}

/** The versions, newest first: who, when, and how each came about. */
export function VersionList(props: {
  versions: readonly NoteVersion[]
  current: number
  signed: number | null
  shown: number
  onShow: (version: number) => void
  timeZone: string
}) {
  const { versions, current, signed, shown, onShow, timeZone } = props
  return (
    <ol className={classes.versions} aria-label="Versions">
      {versions.map((version) => (
        <li key={version.version}>
          <UnstyledButton
            className={classes.version}
            aria-current={version.version === shown ? 'true' : undefined}
            onClick={() => onShow(version.version)}
          >
            <strong>
              Version {version.version}
              {version.version === current ? ', newest' : ''}
              {version.version === signed ? ', signed' : ''}
            </strong>
            <span>
              {SOURCE[version.source]}
              {version.author_name === null ? '' : ` by ${version.author_name}`}
            </span>
            <span>{dayAndTime(version.created_at, timeZone)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  )
}
