import { Button, type ButtonProps, Group } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import classes from './AskInPlace.module.css'

interface Props extends ButtonProps {
  question: string
  /** What will be gone, and what stays. */
  children: ReactNode
  confirmLabel: string
  keepLabel: string
  onConfirm: () => void
  /** The confirmed work is under way. */
  isBusy?: boolean
  /** Words of the button that asks. */
  label: string
}

/** A button for what cannot be undone: it asks where it stands, over nothing, and the safe answer has the focus. */
export function AskInPlace(props: Props) {
  const { question, children, confirmLabel, keepLabel, onConfirm, isBusy = false, label, ...button } = props
  const [isAsking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const safe = useRef<HTMLButtonElement>(null)
  const whole = useRef<HTMLFieldSetElement>(null)
  const wasAsking = useRef(false)

  useEffect(() => {
    if (isAsking) {
      safe.current?.focus({ preventScroll: true })
      whole.current?.scrollIntoView({ block: 'nearest' })
    } else if (wasAsking.current) opener.current?.focus()
    wasAsking.current = isAsking
  }, [isAsking])

  if (!isAsking) {
    return (
      <Button {...button} ref={opener} onClick={() => setAsking(true)}>
        {label}
      </Button>
    )
  }
  return (
    <fieldset
      ref={whole}
      className={classes.question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isBusy) return
        event.stopPropagation()
        setAsking(false)
      }}
    >
      <legend className={classes.legend}>{question}</legend>
      <p className={classes.text}>{children}</p>
      <Group gap="xs">
        <Button
          ref={safe}
          variant="default"
          size={button.size}
          disabled={isBusy}
          onClick={() => setAsking(false)}
        >
          {keepLabel}
        </Button>
        <Button color="red" size={button.size} loading={isBusy} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </Group>
    </fieldset>
  )
}
