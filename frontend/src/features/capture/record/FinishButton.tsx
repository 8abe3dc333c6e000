import { Button, Group } from '@mantine/core'
import { IconSquareFilled } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import classes from './FinishButton.module.css'

const HOLD_MS = 1000

/** Ends a recording: held for a second, or pressed and confirmed beside it. Never next to Pause by accident. */
export function FinishButton({ onFinish, isCompact = false }: { onFinish: () => void; isCompact?: boolean }) {
  const [isAsking, setAsking] = useState(false)
  const [isHolding, setHolding] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const confirm = useRef<HTMLButtonElement>(null)

  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (isAsking) confirm.current?.focus()
  }, [isAsking])

  const hold = () => {
    setHolding(true)
    timer.current = setTimeout(onFinish, HOLD_MS)
  }
  const release = () => {
    clearTimeout(timer.current)
    setHolding(false)
  }

  if (isAsking) {
    return (
      <fieldset className={classes.question}>
        <legend className={classes.legend}>Finish this recording?</legend>
        <Group gap="xs">
          <Button ref={confirm} onClick={onFinish} size={isCompact ? 'xs' : 'sm'}>
            Finish and send
          </Button>
          <Button variant="default" onClick={() => setAsking(false)} size={isCompact ? 'xs' : 'sm'}>
            Keep recording
          </Button>
        </Group>
      </fieldset>
    )
  }
  return (
    <Button
      className={classes.finish}
      data-holding={isHolding || undefined}
      variant="default"
      size={isCompact ? 'xs' : 'md'}
      leftSection={<IconSquareFilled size={14} aria-hidden />}
      onPointerDown={hold}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onClick={() => setAsking(true)}
    >
      Finish
    </Button>
  )
}
