import type { Schema } from '~/api/client'
import type { Session } from '~/api/session'

/** A doctor's open session. */
export function aSession(change: Partial<Session> = {}): Session {
  return {
    user: aUser(),
    clinic: { id: 'c1', name: 'Harbour Clinic', timezone: 'UTC', default_language: 'en' },
    preferences: {},
    idle_seconds: 900,
    expires_at: '2026-11-23T22:00:00Z',
    locked: false,
    ...change,
  }
}

/** A person of the clinic, a doctor unless told otherwise. */
export function aUser(change: Partial<Schema<'UserRead'>> = {}): Schema<'UserRead'> {
  return {
    id: 'u1',
    email: 'lee@harbour.example',
    full_name: 'Dr Min Lee',
    role: 'doctor',
    is_active: true,
    must_change_password: false,
    created_at: '2026-11-01T08:00:00Z',
    ...change,
  }
}

/** A consultation that waits for review. */
export function aConsultation(change: Partial<Schema<'ConsultationRead'>> = {}): Schema<'ConsultationRead'> {
  return {
    id: 'k1',
    status: 'ready',
    patient: {
      id: 'p1',
      given_name: 'Ada',
      family_name: 'Okafor',
      birth_date: '1968-02-11',
      gender: 'female',
      identifier: 'MRN-1',
    },
    doctor_id: 'u1',
    doctor_name: 'Dr Min Lee',
    template_key: 'soap',
    language: 'en',
    started_at: '2026-11-23T10:42:00Z',
    ended_at: '2026-11-23T11:06:00Z',
    duration_ms: 24 * 60_000,
    signed_at: null,
    recording_id: 'r1',
    pipeline: null,
    permissions: {
      edit: true,
      correct: true,
      assign: true,
      sign: true,
      amend: false,
      retry: false,
      cancel: false,
      sign_refusal: null,
    },
    ...change,
  }
}
