import { Button, Group, Modal, Text } from '@mantine/core'
import type { SignOut } from './use-sign-out'

/** Asks before leaving audio behind that the server does not have yet. */
export function SignOutDialog({ signOut }: { signOut: SignOut }) {
  return (
    <Modal opened={signOut.isAsking} onClose={signOut.cancel} title="Some audio is not sent yet" zIndex={420}>
      <Text>
        This device holds audio that the server does not have. It stays here, encrypted, and is sent when you
        sign in again on this device. A running recording ends.
      </Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={signOut.confirm}>
          Sign out anyway
        </Button>
        <Button onClick={signOut.cancel} data-autofocus>
          Stay signed in
        </Button>
      </Group>
    </Modal>
  )
}
