import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'

/** A password with "show", paste, password managers, and a word when Caps Lock is on. */
export function PasswordField(props: PasswordInputProps) {
  const [hasCapsLock, setCapsLock] = useState(false)
  const look = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  return (
    <PasswordInput
      size="md"
      {...props}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={(event) => {
        setCapsLock(false)
        props.onBlur?.(event)
      }}
      description={hasCapsLock ? 'Caps Lock is on' : props.error ? undefined : props.description}
      aria-invalid={Boolean(props.error)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }}
    />
  )
}
