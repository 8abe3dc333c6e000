import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, type Schema } from '~/api/client'
import { FormError } from './FormError'
import classes from './NewPatientForm.module.css'

interface Props {
  onAdded: (patient: Schema<'PatientRead'>) => void
  onCancel: () => void
}

const GENDERS: { value: NonNullable<Schema<'PatientCreate'>['gender']>; label: string }[] = [
  { value: 'unknown', label: 'Not stated' },
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
]

/** Adds a patient whom the clinic does not know yet, without leaving what is being done. */
export function NewPatientForm({ onAdded, onCancel }: Props) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      given_name: '',
      family_name: '',
      birth_date: '',
      gender: 'unknown',
      identifier: '',
    },
    validate: {
      given_name: (value) => (value.trim() ? null : 'The given name is missing'),
      family_name: (value) => (value.trim() ? null : 'The family name is missing'),
    },
  })
  const add = api.useMutation('post', '/api/patients', { onSuccess: onAdded })
  const submit = form.onSubmit((values) =>
    add.mutate({
      body: {
        given_name: values.given_name.trim(),
        family_name: values.family_name.trim(),
        birth_date: values.birth_date || null,
        gender: GENDERS.find(({ value }) => value === values.gender)?.value ?? 'unknown',
        identifier: values.identifier.trim() || null,
      },
    }),
  )
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), key: form.key(name) })

  return (
    <form onSubmit={submit} noValidate>
      <fieldset className={classes.form}>
        <legend className={classes.legend}>New patient</legend>
        <TextInput {...field('given_name')} label="Given name" autoComplete="off" autoFocus />
        <TextInput {...field('family_name')} label="Family name" autoComplete="off" />
        <TextInput {...field('birth_date')} label="Date of birth (optional)" type="date" />
        <Select {...field('gender')} label="Gender" data={GENDERS} />
        <TextInput
          {...field('identifier')}
          className={classes.wide}
          label="Record number (optional)"
          autoComplete="off"
          maxLength={64}
        />
        {add.error !== null && (
          <div className={classes.wide}>
            <FormError error={add.error} />
          </div>
        )}
        <Group className={classes.wide} gap="xs">
          <Button type="submit" loading={add.isPending}>
            Add patient
          </Button>
          <Button variant="default" onClick={onCancel}>
            Back to search
          </Button>
        </Group>
      </fieldset>
    </form>
  )
}
