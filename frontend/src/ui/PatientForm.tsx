import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { client, type Schema } from '~/api/client'
import { hasCode, toProblem } from '~/api/errors'
import { FormError } from './FormError'
import classes from './PatientForm.module.css'
import { changesOf, GENDERS, type PatientDetails, trimmed, valuesOf } from './patient-details'

type Patient = Schema<'PatientRead'>

interface Props {
  /** Who is corrected; null to add someone whom the clinic does not know yet. */
  patient: Patient | null
  onSaved: (patient: Patient) => void
  onCancel: () => void
  cancelLabel: string
}

/** Adds a patient, or corrects one, without leaving what is being done. */
export function PatientForm({ patient, onSaved, onCancel, cancelLabel }: Props) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: valuesOf(patient),
    validate: {
      given_name: (value) => (value.trim() ? null : 'The given name is missing'),
      family_name: (value) => (value.trim() ? null : 'The family name is missing'),
    },
  })
  const save = useMutation({
    mutationFn: (details: PatientDetails) => (patient ? correct(patient, details) : add(details)),
    onSuccess: onSaved,
    onError: (error) => {
      if (!isTaken(error)) return
      form.setFieldError('identifier', toProblem(error).message)
      form.getInputNode('identifier')?.focus()
    },
  })
  const field = (name: keyof typeof form.values) => form.getInputProps(name)

  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(trimmed(values)))} noValidate>
      <fieldset className={classes.form}>
        <legend className={classes.legend}>{patient ? 'Edit patient' : 'New patient'}</legend>
        <TextInput
          {...field('given_name')}
          key={form.key('given_name')}
          label="Given name"
          autoComplete="off"
          maxLength={100}
          autoFocus
        />
        <TextInput
          {...field('family_name')}
          key={form.key('family_name')}
          label="Family name"
          autoComplete="off"
          maxLength={100}
        />
        <TextInput
          {...field('birth_date')}
          key={form.key('birth_date')}
          label="Date of birth (optional)"
          type="date"
        />
        <Select {...field('gender')} key={form.key('gender')} label="Gender" data={GENDERS} />
        <TextInput
          {...field('identifier')}
          key={form.key('identifier')}
          className={classes.wide}
          label="Record number (optional)"
          autoComplete="off"
          maxLength={64}
        />
        {save.error !== null && !isTaken(save.error) && (
          <div className={classes.wide}>
            <FormError error={save.error} />
          </div>
        )}
        <Group className={classes.wide} gap="xs">
          <Button type="submit" loading={save.isPending}>
            {patient ? 'Save changes' : 'Add patient'}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {cancelLabel}
          </Button>
        </Group>
      </fieldset>
    </form>
  )
}

function isTaken(error: unknown): boolean {
  return hasCode(error, 'identifier_taken')
}

async function add(details: PatientDetails): Promise<Patient> {
  const { data } = await client.POST('/api/patients', { body: details })
  return answered(data)
}

/** Sends only what was changed, so that nothing is put back that somebody else has corrected meanwhile. */
async function correct(patient: Patient, details: PatientDetails): Promise<Patient> {
  const body = changesOf(patient, details)
  if (Object.keys(body).length === 0) return patient
  const { data } = await client.PATCH('/api/patients/{patient_id}', {
    params: { path: { patient_id: patient.id } },
    body,
  })
  return answered(data)
}

function answered(patient: Patient | undefined): Patient {
  if (!patient) throw new Error('the server answered without a patient')
  return patient
}
