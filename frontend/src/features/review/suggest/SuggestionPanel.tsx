import { Button } from '@mantine/core'
import { NoticeList } from '../layout/NoticeList'
import type { Suggestion } from '../model/types'
import { LeftOut } from '../note/LeftOut'
import type { SentenceActions } from '../note/SentenceRow'
import classes from './Suggest.module.css'
import { SuggestionRows } from './SuggestionRows'
import { useTicks } from './ticks'
import type { Suggesting } from './use-suggestions'

interface SuggestionPanelProps {
  title: string
  suggestion: Suggestion
  suggesting: Suggesting
  actions: SentenceActions
  /** After it is settled there is nothing here to hold the focus. */
  onSettled: () => void
}

/** Under a section: a suggestion that is written, could not be written, or can be taken line by line. */
export function SuggestionPanel(props: SuggestionPanelProps) {
  const { title, suggestion, suggesting, onSettled } = props
  const dismiss = (): void => {
    onSettled()
    suggesting.dismiss(suggestion)
  }
  const problem = suggesting.problemOf(suggestion.section_key)
  return (
    <section className={classes.box} aria-label={`Suggestion for ${title}`}>
      <p className={classes.title} role="status">
        {headline(title, suggestion)}
      </p>
      {suggestion.state === 'ready' ? <Ready {...props} onDismiss={dismiss} /> : null}
      {suggestion.state === 'waiting' ? (
        <div className={classes.actions}>
          <Button size="xs" variant="default" onClick={dismiss}>
            Never mind
          </Button>
        </div>
      ) : null}
      {suggestion.state === 'failed' ? (
        <div className={classes.actions}>
          <Button
            size="xs"
            loading={suggesting.busy === suggestion.section_key}
            onClick={() => suggesting.ask(suggestion.section_key, suggestion.instruction)}
          >
            Try again
          </Button>
          <Button size="xs" variant="default" onClick={dismiss}>
            Dismiss
          </Button>
        </div>
      ) : null}
      {problem === null ? null : (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

function Ready(props: SuggestionPanelProps & { onDismiss: () => void }) {
  const { title, suggestion, suggesting, actions, onSettled, onDismiss } = props
  const ticks = useTicks(suggestion)
  const isBusy = suggesting.busy === suggestion.section_key
  return (
    <>
      <p className={classes.hint}>Tick the lines to change. Your own lines stay unless you tick them.</p>
      <NoticeList
        className={classes.notices}
        label={`About the suggestion for ${title}`}
        notices={suggestion.notices}
      />
      <SuggestionRows
        rows={suggestion.rows}
        isTicked={ticks.isTicked}
        onTick={ticks.tick}
        actions={actions}
      />
      <LeftOut sentences={suggestion.withheld} onAdd={null} onEmptied={onSettled} />
      <div className={classes.actions}>
        <Button
          size="xs"
          loading={isBusy}
          disabled={ticks.count === 0}
          onClick={() => {
            onSettled()
            suggesting.accept(suggestion, ticks.ticked)
          }}
        >
          {ticks.count === 1 ? 'Accept 1 change' : `Accept ${ticks.count} changes`}
        </Button>
        <Button size="xs" variant="default" disabled={isBusy} onClick={onDismiss}>
          Dismiss
        </Button>
      </div>
    </>
  )
}

function headline(title: string, { state, instruction, error_message, rows }: Suggestion): string {
  const wish = instruction === null ? '' : `, “${instruction}”`
  switch (state) {
    case 'waiting':
      return `Writing a suggestion for ${title}${wish}. You can go on working.`
    case 'failed':
      return `No suggestion for ${title}${wish}. ${error_message ?? ''}`
    case 'ready':
      return rows.some((row) => row.kind !== 'kept')
        ? `A suggestion for ${title}${wish}.`
        : `The suggestion for ${title}${wish} is what the section says already.`
  }
}
