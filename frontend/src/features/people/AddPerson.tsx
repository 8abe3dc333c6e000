import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import * as z from 'zod/mini'
import { api } from '~/api/client'
import { hasCode, toProblem } from '~/api/errors'
import { FormError } from '~/ui/FormError'
import { PasswordField } from '~/ui/PasswordField'
import { ROLES } from './roles'

const person = z.object({
  full_name: z.string().check(z.trim(), z.minLength(1, 'Enter a name.'), z.maxLength(200)),
  email: z.string().check(z.trim(), z.email('Enter an email address.')),
  role: z.enum(['doctor', 'admin']),
  password: z.string().check(z.minLength(1, 'Enter a first password.')),
})
type Person = z.infer<typeof person>

const FIELD_OF: Record<string, keyof Person> = {
  email_taken: 'email',
  password_too_short: 'password',
  password_too_long: 'password',
  password_guessable: 'password',
}

/** Adds a person with a first password, which they must change when they sign in. */
export function AddPerson({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Add a person"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AddPersonForm onDone={onClose} />
    </Modal>
  )
}

function AddPersonForm({ onDone }: { onDone: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm<Person>({
    mode: 'uncontrolled',
    initialValues: { full_name: '', email: '', role: 'doctor', password: '' },
    validate: schemaResolver(person, { sync: true }),
  })
  const add = api.useMutation('post', '/api/users', {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['get', '/api/users'] })
      onDone()
    },
    onError: (error: unknown) => {
      for (const [code, field] of Object.entries(FIELD_OF))
        if (hasCode(error, code)) form.setFieldError(field, toProblem(error).message)
    },
  })
  const error: unknown = add.error
  const isFieldError = Object.keys(FIELD_OF).some((code) => hasCode(error, code))
  const field = (name: keyof Person) => ({ ...form.getInputProps(name), key: form.key(name) })

  return (
    <form onSubmit={form.onSubmit((values) => add.mutate({ body: person.parse(values) }))} noValidate>
      <Stack gap="md">
        <FormError error={isFieldError ? null : error} />
        <TextInput
          {...field('full_name')}
          label="Name"
          description="With title, as it stands under notes"
          autoComplete="off"
          data-autofocus
        />
        <TextInput {...field('email')} label="Email" type="email" autoComplete="off" />
        <Select {...field('role')} label="Role" data={ROLES} />
        <PasswordField
          {...field('password')}
          size="sm"
          label="First password"
          description="At least 15 characters. They choose their own when they sign in."
          autoComplete="new-password"
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add person
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
