import { Checkbox } from '@mantine/core'
import { EvidenceLink } from '../evidence/EvidenceLink'
import type { SuggestionRow } from '../model/types'
import type { SentenceActions } from '../note/SentenceRow'
import classes from './Suggest.module.css'

/** The section's lines and the suggestion's in one list; each change has its own tick. */
export function SuggestionRows(props: {
  rows: readonly SuggestionRow[]
  isTicked: (row: SuggestionRow) => boolean
  onTick: (row: SuggestionRow, next: boolean) => void
  actions: SentenceActions
}) {
  const { rows, isTicked, onTick, actions } = props
  return (
    <ul className={classes.rows}>
      {rows.map((row) => (
        <li key={`${row.kind} ${row.sentence.id}`} data-sentence={sourceOf(row)}>
          {row.kind === 'kept' ? (
            <p className={classes.kept}>{row.sentence.text}</p>
          ) : (
            <Checkbox
              className={classes.tick}
              label={<Words row={row} isTicked={isTicked(row)} />}
              aria-label={`${row.kind === 'removed' ? 'Remove' : 'Add'}: ${row.sentence.text}`}
              checked={isTicked(row)}
              onChange={(event) => onTick(row, event.currentTarget.checked)}
            />
          )}
          <span className={classes.marks}>
            <span className={classes.mark}>{fateOf(row, isTicked(row))}</span>
            {row.kind === 'added'
              ? row.sentence.evidence.map((evidence, place) => (
                  <EvidenceLink
                    key={`${evidence.utterance} ${evidence.start_ms} ${evidence.end_ms}`}
                    evidence={evidence}
                    sentenceId={row.sentence.id}
                    place={place}
                    speaker={actions.speakerOf(evidence)}
                    onPin={actions.onPin}
                    onPlay={actions.onPlay}
                  />
                ))
              : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** A line looks like what becomes of it: struck out, new, or as it is. */
function Words({ row, isTicked }: { row: SuggestionRow; isTicked: boolean }) {
  const { text } = row.sentence
  if (row.kind === 'removed') return isTicked ? <del>{text}</del> : text
  return isTicked ? <ins>{text}</ins> : <span className={classes.notTaken}>{text}</span>
}

/** What becomes of a line, in words, and whose it is. */
function fateOf(row: SuggestionRow, isTicked: boolean): string {
  if (row.kind === 'kept') return 'unchanged'
  if (row.kind === 'added') return isTicked ? 'new' : 'not taken'
  const fate = isTicked ? 'goes' : 'stays'
  return row.sentence.origin === 'ai' ? fate : `${fate}, ${authorWords(row)}`
}

function authorWords({ sentence }: SuggestionRow): string {
  const by =
    sentence.author_name === null || sentence.author_name === undefined ? '' : ` by ${sentence.author_name}`
  return `${sentence.origin}${by}`
}

/** Only a new line's source is shown from here; the others have theirs above. */
function sourceOf(row: SuggestionRow): string | undefined {
  return row.kind === 'added' ? row.sentence.id : undefined
}
