import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '~/api/session'
import { useCapture } from '../CaptureProvider'
import type { Delivery } from '../upload/outbox'

/** What can be done about a delivery in trouble: try at once, and where trying is in vain, set it aside. */
export function WayOut({ delivery }: { delivery: Delivery }) {
  const capture = useCapture()
  const { user } = useSession()
  const [isHeldHere, setHeldHere] = useState(false)
  const setAside = async () => setHeldHere(!(await capture.setAside(delivery, user.id)))

  if (isHeldHere) return <span role="alert">Some of it is in this page only. Keep the page open.</span>
  return (
    <Group gap="xs" wrap="nowrap">
      <Button size="xs" variant="default" onClick={() => capture.outbox.hurry()}>
        Try now
      </Button>
      {delivery.state.phase === 'stopped' && (
        <Button size="xs" variant="default" onClick={() => void setAside()}>
          Set aside
        </Button>
      )}
    </Group>
  )
}
