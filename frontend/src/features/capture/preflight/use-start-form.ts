import { useState } from 'react'
import { api, type Schema } from '~/api/client'
import { type ConsentChoice, useConsentWording } from './ConsentControl'

type Patient = Schema<'PatientRead'>

export const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'German' },
  { value: 'es', label: 'Spanish' },
  { value: 'fr', label: 'French' },
  { value: 'it', label: 'Italian' },
  { value: 'nl', label: 'Dutch' },
  { value: 'pt', label: 'Portuguese' },
]

/** What must be known before a consultation starts, and why it cannot start yet. */
export function useStartForm() {
  const [patient, setPatient] = useState<Patient | null>(null)
  const [chosenTemplate, setTemplate] = useState<string | null>(null)
  const [language, setLanguage] = useState('en')
  const [consent, setConsent] = useState<ConsentChoice | null>(null)
  // One key for one intention: pressing again after a lost answer gives the same consultation.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const templates = api.useQuery('get', '/api/templates')
  const wording = useConsentWording(language)
  const templateKey = chosenTemplate ?? templates.data?.[0]?.key ?? null

  const refusal = refusalOf(consent, templateKey !== null, wording.data !== undefined)
  const request = (source: 'capture' | 'upload'): Schema<'ConsultationStart'> | null => {
    if (refusal || !templateKey || !wording.data || !consent || consent === 'declined') return null
    return {
      idempotency_key: idempotencyKey,
      patient_id: patient?.id ?? null,
      template_key: templateKey,
      language,
      consent: { method: consent, wording_version: wording.data.version },
      source,
    }
  }
  const setters = { setPatient, setTemplate, setLanguage, setConsent }
  return { patient, templateKey, language, consent, templates, refusal, request, ...setters }
}

export type StartForm = ReturnType<typeof useStartForm>

function refusalOf(consent: ConsentChoice | null, hasTemplate: boolean, hasWording: boolean): string | null {
  if (consent === 'declined') return 'Without the patient’s consent nothing may be recorded.'
  if (consent === null) return 'First ask the patient for consent.'
  if (!hasTemplate || !hasWording) return 'Still loading what is needed to start.'
  return null
}
