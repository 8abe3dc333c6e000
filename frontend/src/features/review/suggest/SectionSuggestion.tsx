import type { Section } from '../model/types'
import type { SentenceActions } from '../note/SentenceRow'
import { InstructForm } from './InstructForm'
import classes from './Suggest.module.css'
import { SuggestionPanel } from './SuggestionPanel'
import type { Suggesting } from './use-suggestions'

/** What stands under a section while something is wished or suggested for it. */
export function SectionSuggestion(props: {
  section: Section
  suggesting: Suggesting
  isInstructing: boolean
  onInstructed: () => void
  actions: SentenceActions
  onSettled: () => void
}) {
  const { section, suggesting, isInstructing, onInstructed, actions, onSettled } = props
  const suggestion = suggesting.of(section.key)
  const problem = suggesting.problemOf(section.key)
  return (
    <>
      {isInstructing ? (
        <InstructForm
          title={section.title}
          isPending={suggesting.busy === section.key}
          onAsk={(instruction) => {
            suggesting.ask(section.key, instruction)
            onInstructed()
            onSettled()
          }}
          onCancel={() => {
            onInstructed()
            onSettled()
          }}
        />
      ) : null}
      {suggestion === undefined ? null : (
        <SuggestionPanel
          key={suggestion.id}
          title={section.title}
          suggestion={suggestion}
          suggesting={suggesting}
          actions={actions}
          onSettled={onSettled}
        />
      )}
      {suggestion === undefined && problem !== null ? (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      ) : null}
    </>
  )
}
