import { Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'

/** Asks before a change is left behind unsaved; the browser asks itself when the page is closed. */
export function LeaveDialog({ isChanged }: { isChanged: boolean }) {
  const leaving = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  })
  return (
    <Modal
      opened={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      title="Leave without saving?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Text>Your changes of the clinic’s settings are not saved yet.</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={() => leaving.proceed?.()}>
          Leave without saving
        </Button>
        <Button onClick={() => leaving.reset?.()} data-autofocus>
          Stay
        </Button>
      </Group>
    </Modal>
  )
}
