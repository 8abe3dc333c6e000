import { Input, SegmentedControl } from '@mantine/core'
import { useSavePreferences } from '~/api/save-preferences'
import { type Preferences, usePreferences } from '~/api/session'
import { FormError } from '~/ui/FormError'

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const SIZES = [
  { value: 'small', label: 'Small' },
  { value: 'medium', label: 'Medium' },
  { value: 'large', label: 'Large' },
]

/** Theme and text size; saved with the account, so that they follow one to every device. */
export function Appearance() {
  const preferences = usePreferences()
  const { mutate, error } = useSavePreferences()
  const save = (change: Partial<Preferences>) => mutate({ ...preferences, ...change })
  return (
    <>
      <FormError error={error} />
      <Choice
        label="Theme"
        options={THEMES}
        value={preferences.theme}
        onChange={(theme) => save({ theme })}
      />
      <Choice
        label="Text size"
        options={SIZES}
        value={preferences.text_size}
        onChange={(text_size) => save({ text_size })}
      />
    </>
  )
}

function Choice(props: {
  label: string
  options: { value: string; label: string }[]
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Input.Wrapper label={props.label} labelElement="div">
      <div>
        <SegmentedControl
          aria-label={props.label}
          data={props.options}
          value={props.value}
          onChange={props.onChange}
        />
      </div>
    </Input.Wrapper>
  )
}
