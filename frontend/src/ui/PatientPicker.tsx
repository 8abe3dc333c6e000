import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPencil, IconUserPlus } from '@tabler/icons-react'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schema } from '~/api/client'
import { patientName } from '~/lib/names'
import { EditPatient } from './EditPatient'
import { PatientForm } from './PatientForm'
import classes from './PatientPicker.module.css'

type Patient = Schema<'PatientRead'>

const LATER = { value: 'later', label: 'Assign later' }

interface Props {
  value: Patient | null
  onChange: (patient: Patient | null) => void
  /** Offers "Assign later", which stands for no patient. */
  mayWait?: boolean
  isBusy?: boolean
}

/** Who is being seen: found by name, record number or birth date, corrected, or added on the spot. */
export function PatientPicker({ value, onChange, mayWait = false, isBusy = false }: Props) {
  const [search, setSearch] = useState('')
  const [form, setForm] = useState<'none' | 'new' | 'edit'>('none')
  // What stands in the field for the present choice is not something to search for.
  const isTyped = !(mayWait && search === LATER.label) && !(value && search === describe(value))
  const [q] = useDebouncedValue(isTyped ? search : '', 200)
  const found = api.useQuery(
    'get',
    '/api/patients',
    { params: { query: { q } } },
    { placeholderData: keepPreviousData, enabled: form === 'none' },
  )
  const patients = withChosen(found.data?.items ?? [], value)
  const options = patients.map((patient) => ({ value: patient.id, label: describe(patient) }))
  const take = (patient: Patient) => {
    setForm('none')
    onChange(patient)
  }
  const given = { onSaved: take, onCancel: () => setForm('none'), cancelLabel: 'Back to search' }

  if (form === 'new') return <PatientForm patient={null} {...given} />
  if (form === 'edit' && value) return <EditPatient patientId={value.id} {...given} />
  return (
    <div className={classes.picker}>
      <Select
        className={classes.select}
        label="Patient"
        placeholder="Name, record number or birth date"
        searchable
        openOnFocus={false}
        data-autofocus
        disabled={isBusy}
        data={mayWait ? [LATER, ...options] : options}
        // The server has searched already; filtering again would hide matches by record number.
        filter={({ options: all }) => all}
        nothingFoundMessage={found.isFetching ? 'Searching' : 'No such patient'}
        error={found.isError ? 'Patients could not be loaded. Try again.' : null}
        value={value?.id ?? (mayWait ? LATER.value : null)}
        onChange={(id) => onChange(patients.find((patient) => patient.id === id) ?? null)}
        searchValue={search}
        onSearchChange={setSearch}
        onFocus={(event) => event.currentTarget.select()}
      />
      {value && !isBusy && (
        <Button
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => setForm('edit')}
        >
          Edit patient
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconUserPlus size={16} aria-hidden />}
        disabled={isBusy}
        onClick={() => setForm('new')}
      >
        New patient
      </Button>
    </div>
  )
}

function describe(patient: Patient): string {
  const rest = [patient.birth_date, patient.identifier].filter(Boolean).join(', ')
  return rest ? `${patientName(patient)} (${rest})` : patientName(patient)
}

function withChosen(found: Patient[], chosen: Patient | null): Patient[] {
  return chosen && !found.some((patient) => patient.id === chosen.id) ? [chosen, ...found] : found
}
