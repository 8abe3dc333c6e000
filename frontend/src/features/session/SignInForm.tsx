import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { client } from '~/api/client'
import type { Session } from '~/api/session'
import { FormError } from '~/ui/FormError'
import { PasswordField } from '~/ui/PasswordField'

/** Email and password. With `email` the address stands, as when an expired session is taken up again. */
export function SignInForm(props: {
  email?: string
  label?: string
  onSignedIn: (session: Session) => void
}) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: props.email ?? '', password: '' },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : 'Enter your email address.'),
      password: (value) => (value ? null : 'Enter your password.'),
    },
  })
  const signIn = useMutation({
    mutationFn: async (values: { email: string; password: string }) => {
      const body = { email: values.email.trim(), password: values.password }
      return (await client.POST('/api/session', { body })).data
    },
    onSuccess: (session) => session && props.onSignedIn(session),
    onError: () => form.getInputNode('password')?.focus(),
  })

  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
      <Stack gap="md">
        <FormError error={signIn.error} />
        <TextInput
          {...form.getInputProps('email')}
          key={form.key('email')}
          label="Email"
          size="md"
          type="email"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={props.email !== undefined}
          data-autofocus={props.email === undefined || undefined}
        />
        <PasswordField
          {...form.getInputProps('password')}
          key={form.key('password')}
          label="Password"
          name="password"
          autoComplete="current-password"
          data-autofocus={props.email !== undefined || undefined}
        />
        <Button type="submit" size="md" loading={signIn.isPending}>
          {props.label ?? 'Sign in'}
        </Button>
      </Stack>
    </form>
  )
}
