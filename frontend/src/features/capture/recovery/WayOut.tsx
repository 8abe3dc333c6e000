import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '~/api/session'
import { useCapture } from '../CaptureProvider'
import type { Delivery } from '../upload/outbox'
import { DeleteButton } from './DeleteButton'

/** What can be done about a delivery in trouble. */
export function WayOut({ delivery }: { delivery: Delivery }) {
  const isCancelled = delivery.state.problem?.kind === 'cancelled'
  return isCancelled ? <CancelledElsewhere delivery={delivery} /> : <Troubled delivery={delivery} />
}

/** Try at once, and where trying is in vain, set it aside. */
function Troubled({ delivery }: { delivery: Delivery }) {
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

/** Its consultation was cancelled from another tab or device: only its doctor knows whether that was meant for this. */
function CancelledElsewhere({ delivery }: { delivery: Delivery }) {
  const capture = useCapture()
  return (
    <Group gap="xs" wrap="nowrap">
      <Button size="xs" variant="default" onClick={() => capture.outbox.bringBack(delivery.recordingId)}>
        Bring it back
      </Button>
      <DeleteButton
        size="xs"
        label="Delete this audio for good"
        onDelete={() => void capture.dropCancelled(delivery.consultationId)}
      />
    </Group>
  )
}
