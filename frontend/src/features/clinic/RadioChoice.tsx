import { Radio, Stack } from '@mantine/core'
import classes from './Clinic.module.css'

export interface Option<Value extends string> {
  value: Value
  label: string
  text?: string
  /** Why it cannot be chosen; null where it can. */
  whyNot?: string | null
}

interface Props<Value extends string> {
  label: string
  options: Option<Value>[]
  value: Value
  onChange: (value: Value) => void
  /** What the choice comes to, in one sentence; read out when it changes. */
  comesTo?: string
}

/** One of a few, each with a word on it; what cannot be chosen says why. */
export function RadioChoice<Value extends string>(props: Props<Value>) {
  const { label, options, value, onChange, comesTo } = props
  return (
    <div className={classes.choice}>
      <Radio.Group
        label={label}
        value={value}
        onChange={(chosen) => {
          const option = options.find((each) => each.value === chosen)
          if (option) onChange(option.value)
        }}
      >
        <Stack gap="sm" mt="xs">
          {options.map((option) => (
            <Radio
              key={option.value}
              value={option.value}
              label={option.label}
              description={option.whyNot ?? option.text}
              // What was chosen while it was offered stays chosen; it is only not chosen anew.
              disabled={!!option.whyNot && option.value !== value}
            />
          ))}
        </Stack>
      </Radio.Group>
      {comesTo !== undefined && (
        <p className={classes.comesTo} role="status">
          {comesTo}
        </p>
      )}
    </div>
  )
}
