import type { Schema } from '~/api/client'

type Patient = Schema<'PatientRead'>
type Gender = NonNullable<Schema<'PatientCreate'>['gender']>

export const GENDERS: { value: Gender; label: string }[] = [
  { value: 'unknown', label: 'Not stated' },
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
]

/** A patient as a form holds them: what is not known is empty. */
export interface PatientValues {
  given_name: string
  family_name: string
  birth_date: string
  gender: string
  identifier: string
}

/** A patient as the server takes them. */
export interface PatientDetails {
  given_name: string
  family_name: string
  birth_date: string | null
  gender: Gender
  identifier: string | null
}

export function valuesOf(patient: Patient | null): PatientValues {
  return {
    given_name: patient?.given_name ?? '',
    family_name: patient?.family_name ?? '',
    birth_date: patient?.birth_date ?? '',
    gender: patient?.gender ?? 'unknown',
    identifier: patient?.identifier ?? '',
  }
}

export function trimmed(values: PatientValues): PatientDetails {
  return {
    given_name: values.given_name.trim(),
    family_name: values.family_name.trim(),
    birth_date: values.birth_date || null,
    gender: GENDERS.find(({ value }) => value === values.gender)?.value ?? 'unknown',
    identifier: values.identifier.trim() || null,
  }
}

/** What differs from the patient as they were loaded. */
export function changesOf(patient: Patient, details: PatientDetails): Partial<PatientDetails> {
  return {
    ...(details.given_name !== patient.given_name && { given_name: details.given_name }),
    ...(details.family_name !== patient.family_name && { family_name: details.family_name }),
    ...(details.birth_date !== patient.birth_date && { birth_date: details.birth_date }),
    ...(details.gender !== patient.gender && { gender: details.gender }),
    ...(details.identifier !== patient.identifier && { identifier: details.identifier }),
  }
}
