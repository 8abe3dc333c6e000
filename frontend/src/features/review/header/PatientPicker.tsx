import { Button, Combobox, useCombobox } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, client } from '~/api/client'
import { toProblem } from '~/api/errors'
import type { Consultation, Patient } from '../model/types'
import { patientFacts, patientName } from '../model/words'
import { consultationOptions, noteOptions } from '../queries'
import classes from './Header.module.css'

/** Who the consultation was with; opens a search to assign or correct it until the note is signed. */
export function PatientPicker({ consultation }: { consultation: Consultation }) {
  const [words, setWords] = useState('')
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => combobox.resetSelectedOption(),
  })
  const wanted = useDeferredValue(words)
  const found = useQuery({
    ...api.queryOptions('get', '/api/patients', { params: { query: { q: wanted } } }),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
  })
  const assign = useAssign(consultation.id)
  const patients = found.data?.items ?? []

  return (
    <Combobox
      store={combobox}
      width={320}
      position="bottom-start"
      onOptionSubmit={(id) => {
        assign.mutate(id)
        combobox.closeDropdown()
        combobox.focusTarget()
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          size="compact-sm"
          variant={consultation.patient === null ? 'default' : 'subtle'}
          className={classes.patientButton}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          loading={assign.isPending}
          aria-expanded={combobox.dropdownOpened}
          onClick={() => combobox.toggleDropdown()}
        >
          {consultation.patient === null ? 'Assign patient' : 'Change patient'}
        </Button>
      </Combobox.Target>
      {assign.error === null ? null : (
        <span className={classes.problem} role="alert">
          {toProblem(assign.error).message}
        </span>
      )}
      <Combobox.Dropdown>
        <Combobox.Search
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value)
            combobox.updateSelectedOptionIndex()
          }}
          placeholder="Name, record number or birth date"
          aria-label="Search patients"
        />
        <Combobox.Options aria-label="Patients" mah={280} style={{ overflowY: 'auto' }}>
          {patients.map((patient) => (
            <PatientOption key={patient.id} patient={patient} at={consultation.started_at} />
          ))}
          {found.isSuccess && patients.length === 0 ? (
            <Combobox.Empty>No patient matches. Add one on the Record screen.</Combobox.Empty>
          ) : null}
          {found.isError ? <Combobox.Empty>{toProblem(found.error).message}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function PatientOption({ patient, at }: { patient: Patient; at: string }) {
  const facts = [patientFacts(patient, at), patient.identifier].filter(Boolean).join(', ')
  return (
    <Combobox.Option value={patient.id}>
      {patientName(patient)}
      <span className={classes.facts}>{facts}</span>
    </Combobox.Option>
  )
}

function useAssign(consultationId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (patientId: string) => {
      const { data } = await client.PATCH('/api/consultations/{consultation_id}', {
        params: { path: { consultation_id: consultationId } },
        body: { patient_id: patientId },
      })
      return data
    },
    onSuccess: (updated) => {
      if (updated !== undefined) {
        queryClient.setQueryData(consultationOptions(consultationId).queryKey, updated)
      }
      queryClient.invalidateQueries({ queryKey: noteOptions(consultationId).queryKey })
    },
  })
}
