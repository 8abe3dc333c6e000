import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { client } from '~/api/client'
import type { Session } from '~/api/session'
import { FormError } from '~/ui/FormError'
import { PasswordField } from '~/ui/PasswordField'

/** The password again, to lift the lock. */
export function UnlockForm(props: { email: string; onUnlocked: (session: Session) => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : 'Enter your password.') },
  })
  const unlock = useMutation({
    mutationFn: async (password: string) =>
      (await client.POST('/api/session/unlock', { body: { password } })).data,
    onSuccess: (session) => session && props.onUnlocked(session),
    onError: () => form.getInputNode('password')?.focus(),
  })

  return (
    <form onSubmit={form.onSubmit(({ password }) => unlock.mutate(password))} noValidate>
      <Stack gap="md">
        <FormError error={unlock.error} />
        {/* Password managers look for the user name; nobody needs to see it twice. */}
        <input type="hidden" name="username" autoComplete="username" value={props.email} readOnly />
        <PasswordField
          {...form.getInputProps('password')}
          key={form.key('password')}
          label="Password"
          name="password"
          autoComplete="current-password"
          data-autofocus
        />
        <Button type="submit" size="md" loading={unlock.isPending}>
          Unlock
        </Button>
      </Stack>
    </form>
  )
}
