import { TextInput } from '@mantine/core'
import { budgetCents, type Choices } from './choices'

interface Props {
  choices: Choices
  change: (part: Partial<Choices>) => void
}

/** What a month of cloud services may cost. */
export function Budget({ choices, change }: Props) {
  const isAmount = budgetCents(choices.budget) !== undefined
  return (
    <TextInput
      label="Monthly budget in US dollars"
      description="Admins are told at 80 %. When all is used, nothing new is sent to cloud services until the next month; recording always goes on. Empty means no budget."
      value={choices.budget}
      error={isAmount ? null : 'Enter an amount such as 25 or 25.50, or nothing.'}
      inputMode="decimal"
      autoComplete="off"
      w="100%"
      onChange={(event) => change({ budget: event.currentTarget.value })}
      styles={{ input: { maxWidth: 160 } }}
    />
  )
}
