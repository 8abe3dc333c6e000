import type { Choices } from './choices'
import { type Option, RadioChoice } from './RadioChoice'

type Models = Choices['speech_models']

const WAYS: (Option<string> & { models: Models })[] = [
  {
    value: 'both',
    label: 'Universal-3.5 Pro, else Universal-2',
    text: 'Universal-2 takes over where a language needs it.',
    models: ['universal-3-5-pro', 'universal-2'],
  },
  { value: 'pro', label: 'Universal-3.5 Pro only', models: ['universal-3-5-pro'] },
  {
    value: 'two',
    label: 'Universal-2 only',
    text: 'The older and cheaper model. It takes 200 key terms.',
    models: ['universal-2'],
  },
  {
    value: 'two-first',
    label: 'Universal-2, else Universal-3.5 Pro',
    models: ['universal-2', 'universal-3-5-pro'],
  },
]

/** Which of AssemblyAI's models is asked first. */
export function SpeechModels({
  choices,
  change,
}: {
  choices: Choices
  change: (p: Partial<Choices>) => void
}) {
  const now = WAYS.find((way) => String(way.models) === String(choices.speech_models))
  return (
    <RadioChoice
      label="Speech models"
      options={WAYS}
      value={now?.value ?? 'both'}
      onChange={(value) => {
        const way = WAYS.find((each) => each.value === value)
        if (way) change({ speech_models: way.models })
      }}
    />
  )
}
