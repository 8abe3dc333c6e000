import { ageInYears, clock } from '~/lib/time'
import type { Evidence, Patient, SpeakerRole, Utterance } from './types'

/** "2:19": a time as it is said, without the leading zero. */
export function shortClock(ms: number): string {
  return clock(ms).replace(/^0(?=\d:)/, '')
}

/** "Ada Okafor"; the words for a patient who is not assigned yet. */
export function patientName(patient: Patient | null): string {
  return patient === null ? 'No patient yet' : `${patient.given_name} ${patient.family_name}`
}

const SEX: Record<string, string> = { male: 'M', female: 'F', other: 'other' }

/** "58 F": age at the consultation and sex, as far as they are known. */
export function patientFacts(patient: Patient, at: string): string {
  const age = patient.birth_date === null ? null : ageInYears(patient.birth_date, new Date(at))
  return [age, SEX[patient.gender] ?? null].filter((fact) => fact !== null).join(' ')
}

/** The name that is printed at a turn: who speaks is never told by colour alone. */
export function speakerName(turn: Pick<Utterance, 'role' | 'speaker'>, doctorName: string): string {
  const names: Record<SpeakerRole, string> = {
    clinician: doctorName,
    patient: 'Patient',
    other: `Other (voice ${turn.speaker})`,
    unknown: `Voice ${turn.speaker}`,
  }
  return names[turn.role]
}

const MOST_QUOTED = 60

/** "Evidence at 2:19, Patient: Mostly going up...": the name of a time link. */
export function evidenceName(evidence: Evidence, speaker: string | null): string {
  const quote = evidence.quote.trim()
  const said = quote.length > MOST_QUOTED ? `${quote.slice(0, MOST_QUOTED).trimEnd()}...` : quote
  return `Evidence at ${shortClock(evidence.start_ms)}${speaker === null ? '' : `, ${speaker}`}: ${said}`
}
