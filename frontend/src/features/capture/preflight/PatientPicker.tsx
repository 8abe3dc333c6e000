import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api, type Schema } from '~/api/client'
import { patientName } from '~/lib/names'
import { NewPatientForm } from './NewPatientForm'
import classes from './PatientPicker.module.css'

type Patient = Schema<'PatientRead'>

const LATER = 'later'
const LATER_LABEL = 'Assign later'

/** Who is being seen: found by name, added on the spot, or assigned after the consultation. */
export function PatientPicker(props: { value: Patient | null; onChange: (patient: Patient | null) => void }) {
  const [search, setSearch] = useState('')
  const [isAdding, setAdding] = useState(false)
  // What stands in the field for the present choice is not something to search for.
  const isTyped = search !== LATER_LABEL && !(props.value && search === describe(props.value))
  const [query] = useDebouncedValue(isTyped ? search : '', 200)
  const found = api.useQuery(
    'get',
    '/api/patients',
    { params: { query: { q: query } } },
    { placeholderData: (before) => before },
  )
  const patients = withChosen(found.data?.items ?? [], props.value)

  if (isAdding) {
    return (
      <NewPatientForm
        name={isTyped ? search : ''}
        onDone={(patient) => {
          setAdding(false)
          if (patient) props.onChange(patient)
        }}
      />
    )
  }
  return (
    <div className={classes.picker}>
      <Select
        className={classes.select}
        label="Patient"
        searchable
        data={[
          { value: LATER, label: LATER_LABEL },
          ...patients.map((patient) => ({ value: patient.id, label: describe(patient) })),
        ]}
        // The server has searched already; filtering again would hide matches by record number.
        filter={({ options }) => options}
        nothingFoundMessage="No patient by that name"
        value={props.value?.id ?? LATER}
        onChange={(id) => props.onChange(patients.find((patient) => patient.id === id) ?? null)}
        searchValue={search}
        onSearchChange={setSearch}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        leftSection={<IconUserPlus size={16} aria-hidden />}
        onClick={() => setAdding(true)}
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
