import { Textarea } from '@mantine/core'
import { type Choices, mostTerms, termCount } from './choices'

interface Props {
  choices: Choices
  error: string | null
  change: (part: Partial<Choices>) => void
}

/** Words that AssemblyAI shall listen for, one a line. */
export function KeyTerms({ choices, error, change }: Props) {
  const count = termCount(choices.terms)
  return (
    <Textarea
      label="Key terms"
      description={
        'Drugs and local names that are often misheard, one a line. They are sent to AssemblyAI with each ' +
        `recording, so never a patient’s name or record number. ${count} of ${mostTerms(choices)} terms.`
      }
      value={choices.terms}
      error={error}
      autosize
      minRows={4}
      maxRows={14}
      w="100%"
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => change({ terms: event.currentTarget.value })}
    />
  )
}
