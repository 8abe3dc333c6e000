import { useState } from 'react'
import { api, type Schema } from '~/api/client'
import { useSession } from '~/api/session'
import { type ConsentChoice, useConsentWording } from './ConsentControl'

type Patient = Schema<'PatientRead'>

/** What must be known before a consultation starts, and why it cannot start yet. */
export function useStartForm() {
  const [patient, setPatient] = useState<Patient | null>(null)
  const [chosenTemplate, setTemplate] = useState<string | null>(null)
  const [chosenLanguage, chooseLanguage] = useState<string | null>(null)
  const [consent, setConsent] = useState<ConsentChoice | null>(null)
  // One key for one intention: pressing again after a lost answer gives the same consultation.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const templates = api.useQuery('get', '/api/templates')
  const languages = api.useQuery('get', '/api/languages')
  const usual = useSession().clinic.default_language
  const language = chosenLanguage ?? firstLanguage(languages.data, usual)
  const wording = useConsentWording(language)
  const templateKey = chosenTemplate ?? templates.data?.[0]?.key ?? null

  const setLanguage = (chosen: string) => {
    chooseLanguage(chosen)
    // The patient agreed to the words of the other language: these are to be read out first.
    if (chosen !== language) setConsent(null)
  }

  const refusal = refusalOf(consent, templateKey !== null, wording.data !== undefined)
  const request = (source: 'capture' | 'upload'): Schema<'ConsultationStart'> | null => {
    if (refusal || !templateKey || !language || !wording.data) return null
    if (!consent || consent === 'declined') return null
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
  return { patient, templateKey, language, consent, templates, languages, refusal, request, ...setters }
}

export type StartForm = ReturnType<typeof useStartForm>

/** The clinic's own language, where consultations can be held in it; else the first that they can. */
export function firstLanguage(
  offered: readonly Schema<'Language'>[] | undefined,
  usual: string,
): string | null {
  const own = offered?.find(({ code }) => code === usual)
  return (own ?? offered?.[0])?.code ?? null
}

function refusalOf(consent: ConsentChoice | null, hasTemplate: boolean, hasWording: boolean): string | null {
  if (consent === 'declined') return 'Without the patient’s consent nothing may be recorded.'
  if (consent === null) return 'First ask the patient for consent.'
  if (!hasTemplate || !hasWording) return 'Still loading what is needed to start.'
  return null
}
