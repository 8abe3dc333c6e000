import { Button, type ButtonProps, Group } from '@mantine/core'
import { useState } from 'react'

type Props = Pick<ButtonProps, 'size'> & { label: string; onDelete: () => void }

/** Asks beside itself before the last copy goes; `label` says what will be gone. */
export function DeleteButton({ label, onDelete, size }: Props) {
  const [isAsking, setAsking] = useState(false)

  if (!isAsking) {
    return (
      <Button size={size} variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
    )
  }
  return (
    <Group gap="xs">
      <Button size={size} color="red" onClick={onDelete} autoFocus>
        {label}
      </Button>
      <Button size={size} variant="default" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </Group>
  )
}
