import { expect, test } from 'vitest'
import { aConsultation } from '~/test/builders'
import { anEvidence } from '../testing/builders'
import { evidenceName, patientFacts, patientName, shortClock, speakerName } from './words'

test('a name holds the time as it is said', () => {
  expect([shortClock(139_000), shortClock(5000), shortClock(3_739_000)]).toEqual(['2:19', '0:05', '1:02:19'])
})

test('a time link is named by time, speaker and the words it leads to', () => {
  const evidence = anEvidence({
    start_ms: 139_000,
    quote: 'Mostly going up the stairs at home. It goes away in a few minutes.',
  })

  expect(evidenceName(evidence, 'Patient')).toBe(
    'Evidence at 2:19, Patient: Mostly going up the stairs at home. It goes away in a few mi...',
  )
})

test('a patient is told by name, age and sex, as far as they are known', () => {
  const { patient } = aConsultation()
  if (patient === null) throw new Error('the fixture has a patient')

  expect([patientName(patient), patientFacts(patient, '2026-11-23T10:00:00Z')]).toEqual([
    'Ada Okafor',
    '58 F',
  ])
  expect(patientFacts({ ...patient, birth_date: null, gender: 'unknown' }, '2026-11-23T10:00:00Z')).toBe('')
  expect(patientName(null)).toBe('No patient yet')
})

test('a speaker is told by role, and by voice where the role is not known', () => {
  expect(speakerName({ role: 'clinician', speaker: 'A' }, 'Dr Lee')).toBe('Dr Lee')
  expect(speakerName({ role: 'unknown', speaker: 'B' }, 'Dr Lee')).toBe('Voice B')
})
