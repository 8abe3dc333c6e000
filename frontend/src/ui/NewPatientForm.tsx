import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, type Schema } from '~/api/client'
import { FormError } from './FormError'

interface Props {
  onAdded: (patient: Schema<'PatientRead'>) => void
  onCancel: () => void
  isBusy?: boolean
}

const GENDERS: { value: Schema<'PatientCreate'>['gender'] & string; label: string }[] = [
  { value: 'unknown', label: 'Not stated' },
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
]
const isGender = (value: string | null): value is (typeof GENDERS)[number]['value'] =>
  GENDERS.some((gender) => gender.value === value)
const required = (value: string) => (value.trim() ? null : 'Fill this in.')

/** A patient whom the clinic does not know yet. */
export function NewPatientForm({ onAdded, onCancel, isBusy }: Props) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { given_name: '', family_name: '', birth_date: '', identifier: '', gender: 'unknown' },
    validate: { given_name: required, family_name: required },
  })
  const add = api.useMutation('post', '/api/patients', { onSuccess: onAdded })
  const submit = form.onSubmit((values) =>
    add.mutate({
      body: {
        given_name: values.given_name.trim(),
        family_name: values.family_name.trim(),
        birth_date: values.birth_date || null,
        identifier: values.identifier.trim() || null,
        gender: isGender(values.gender) ? values.gender : 'unknown',
      },
    }),
  )
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), key: form.key(name) })

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <FormError error={add.error} />
        <Group grow align="start" gap="sm">
          <TextInput {...field('given_name')} label="Given name" autoComplete="off" data-autofocus />
          <TextInput {...field('family_name')} label="Family name" autoComplete="off" />
        </Group>
        <Group grow align="start" gap="sm">
          <TextInput {...field('birth_date')} label="Born (optional)" type="date" />
          <Select {...field('gender')} label="Gender" data={GENDERS} />
        </Group>
        <TextInput
          {...field('identifier')}
          label="Record number (optional)"
          autoComplete="off"
          maxLength={64}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Back to search
          </Button>
          <Button type="submit" loading={add.isPending || isBusy}>
            Add patient
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
