import { Button, Group } from '@mantine/core'
import { useState } from 'react'

/** Asks beside itself before the last copy goes; `label` says what will be gone. */
export function DeleteButton({ label, onDelete }: { label: string; onDelete: () => void }) {
  const [isAsking, setAsking] = useState(false)

  if (!isAsking) {
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
    )
  }
  return (
    <Group gap="xs">
      <Button color="red" onClick={onDelete} autoFocus>
        {label}
      </Button>
      <Button variant="default" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </Group>
  )
}
