import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, type Schema } from '~/api/client'
import { ErrorState } from '~/ui/ErrorState'
import classes from './PatientPicker.module.css'

type Patient = Schema<'PatientRead'>
type Gender = NonNullable<Schema<'PatientCreate'>['gender']>

const GENDERS: { value: Gender; label: string }[] = [
  { value: 'unknown', label: 'Not stated' },
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
]

/** Adds a patient without leaving the recording that is being prepared. */
export function NewPatientForm(props: { name: string; onDone: (patient: Patient | null) => void }) {
  const create = api.useMutation('post', '/api/patients')
  const [family = '', given = ''] = props.name.split(/,\s*/)
  const form = useForm({
    initialValues: {
      given_name: given,
      family_name: family,
      birth_date: '',
      gender: 'unknown',
      identifier: '',
    },
    validate: {
      given_name: (value) => (value.trim() ? null : 'The given name is missing'),
      family_name: (value) => (value.trim() ? null : 'The family name is missing'),
    },
  })
  // Not a <form>: this stands inside the one that starts the recording.
  const save = () => {
    if (form.validate().hasErrors) return
    const { given_name, family_name, birth_date, identifier } = form.values
    const gender = GENDERS.find(({ value }) => value === form.values.gender)?.value ?? 'unknown'
    const body = {
      given_name: given_name.trim(),
      family_name: family_name.trim(),
      birth_date: birth_date || null,
      gender,
      identifier: identifier.trim() || null,
    }
    create.mutate({ body }, { onSuccess: props.onDone })
  }
  return (
    <fieldset className={classes.form}>
      <legend className={classes.legend}>New patient</legend>
      <TextInput label="Given name" autoComplete="off" autoFocus {...form.getInputProps('given_name')} />
      <TextInput label="Family name" autoComplete="off" {...form.getInputProps('family_name')} />
      <TextInput label="Date of birth" type="date" {...form.getInputProps('birth_date')} />
      <Select label="Gender" data={GENDERS} {...form.getInputProps('gender')} />
      <TextInput
        className={classes.wide}
        label="Record number (optional)"
        autoComplete="off"
        {...form.getInputProps('identifier')}
      />
      {create.error && (
        <div className={classes.wide}>
          <ErrorState error={create.error} />
        </div>
      )}
      <Group className={classes.wide} gap="xs">
        <Button onClick={save} loading={create.isPending}>
          Add patient
        </Button>
        <Button variant="default" onClick={() => props.onDone(null)}>
          Cancel
        </Button>
      </Group>
    </fieldset>
  )
}
