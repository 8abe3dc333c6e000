import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { client } from '~/api/client'
import { hasCode, toProblem } from '~/api/errors'
import { FormError } from '~/ui/FormError'
import { PasswordField } from '~/ui/PasswordField'

interface Passwords {
  current: string
  next: string
}

/** One's own password, as it is and as it shall be. The server knows the rules and says which one failed. */
export function ChangePasswordForm(props: { email: string; currentLabel: string; onChanged: () => void }) {
  const form = useForm<Passwords>({
    mode: 'uncontrolled',
    initialValues: { current: '', next: '' },
    validate: {
      current: (value) => (value ? null : 'Enter the password that you use now.'),
      next: (value) => (value ? null : 'Enter a new password.'),
    },
  })
  const change = useMutation({
    mutationFn: ({ current, next }: Passwords) =>
      client.POST('/api/account/password', { body: { current_password: current, new_password: next } }),
    onSuccess: () => {
      form.reset()
      props.onChanged()
    },
    onError: (error) => {
      const field = fieldOf(error)
      if (!field) return
      form.setFieldError(field, toProblem(error).message)
      form.getInputNode(field)?.focus()
    },
  })

  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack gap="md">
        <FormError error={fieldOf(change.error) ? null : change.error} />
        <input type="hidden" name="username" autoComplete="username" value={props.email} readOnly />
        <PasswordField
          {...form.getInputProps('current')}
          key={form.key('current')}
          label={props.currentLabel}
          autoComplete="current-password"
        />
        <PasswordField
          {...form.getInputProps('next')}
          key={form.key('next')}
          label="New password"
          description="At least 15 characters. Four unrelated words work well."
          autoComplete="new-password"
        />
        <div>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </div>
      </Stack>
    </form>
  )
}

function fieldOf(error: unknown): keyof Passwords | null {
  if (hasCode(error, 'wrong_password')) return 'current'
  if (['password_too_short', 'password_too_long', 'password_guessable'].some((code) => hasCode(error, code)))
    return 'next'
  return null
}
