import { Button, Group, Input, Select, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { api, type Schema } from '~/api/client'
import { patientName } from '~/lib/names'
import { NewPatientForm } from './NewPatientForm'

type Patient = Schema<'PatientRead'>

/** Finds a patient by name, record number or birth date, or adds one. */
export function PatientPicker(props: { onPick: (patient: Patient) => void; isBusy?: boolean }) {
  const id = useId()
  const [words, setWords] = useState('')
  const [isAdding, setAdding] = useState(false)
  const [q] = useDebouncedValue(words, 200)
  const found = api.useQuery(
    'get',
    '/api/patients',
    { params: { query: { q } } },
    { placeholderData: keepPreviousData, enabled: !isAdding },
  )
  const patients = found.data?.items ?? []
  const pick = (id: string | null) => {
    const patient = patients.find((one) => one.id === id)
    if (patient) props.onPick(patient)
  }

  if (isAdding)
    return <NewPatientForm onAdded={props.onPick} onCancel={() => setAdding(false)} isBusy={props.isBusy} />
  return (
    <Stack gap={4}>
      {/* Above the field, where its open list cannot cover it. */}
      <Group justify="space-between">
        <Input.Label htmlFor={id}>Patient</Input.Label>
        <Button variant="subtle" size="compact-sm" onClick={() => setAdding(true)}>
          Add a new patient
        </Button>
      </Group>
      <Select
        id={id}
        placeholder="Name, record number or birth date"
        searchable
        openOnFocus={false}
        data-autofocus
        size="md"
        disabled={props.isBusy}
        data={patients.map((patient) => ({ value: patient.id, label: describe(patient) }))}
        filter={({ options }) => options}
        searchValue={words}
        onSearchChange={setWords}
        onChange={pick}
        nothingFoundMessage={found.isFetching ? 'Searching' : 'No such patient'}
        error={found.isError ? 'Patients could not be loaded. Try again.' : null}
      />
    </Stack>
  )
}

function describe(patient: Patient): string {
  return [patientName(patient), patient.birth_date, patient.identifier].filter(Boolean).join(' · ')
}
