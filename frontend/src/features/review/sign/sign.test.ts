import { expect, test } from 'vitest'
import { aConsultation } from '~/test/builders'
import { stepsOf } from '../header/steps'
import { aNote } from '../testing/builders'
import { whyNotSign } from './why-not-sign'

const ready = { consultation: aConsultation(), note: aNote(), unsaved: false, isAcknowledged: false }
const item = { kind: 'no_source', section_key: 'plan', sentence_id: 's2', message: '' } as const

test('a note with nothing open can be signed', () => {
  expect(whyNotSign(ready)).toBeNull()
})

test('a sign button that does nothing always says why', () => {
  const permissions = {
    ...aConsultation().permissions,
    sign: false,
    sign_refusal: 'Only Dr Lee can sign this note.',
  }

  expect(whyNotSign({ ...ready, consultation: { permissions } })).toBe('Only Dr Lee can sign this note.')
  expect(whyNotSign({ ...ready, note: null })).toBe('There is no note to sign yet.')
  expect(whyNotSign({ ...ready, note: aNote({ state: 'signed' }) })).toBe('The note is signed already.')
  expect(whyNotSign({ ...ready, unsaved: true })).toBe('Some of your words are not saved yet.')
  expect(whyNotSign({ ...ready, note: aNote({ open_items: [item] }) })).toContain('open items')
  expect(whyNotSign({ ...ready, note: aNote({ open_items: [item] }), isAcknowledged: true })).toBeNull()
})

test('the steps say what is done, under way, to come and failed', () => {
  const pipeline = {
    stage: 'roles',
    state: 'running',
    progress: 0.63,
    waiting_code: null,
    waiting_message: null,
    error_code: null,
    error_message: null,
    updated_at: '2026-11-23T10:42:00Z',
  } as const
  const states = (given: Parameters<typeof stepsOf>[0]) => stepsOf(given)?.map((step) => step.state)

  expect(stepsOf({ status: 'processing', pipeline })?.[2]).toEqual({
    label: 'Speakers',
    state: 'now',
    detail: '63 %',
  })
  expect(states({ status: 'processing', pipeline })).toEqual(['done', 'done', 'now', 'later'])
  expect(states({ status: 'failed', pipeline: { ...pipeline, state: 'failed' } })).toEqual([
    'done',
    'done',
    'failed',
    'later',
  ])
  expect(stepsOf({ status: 'ready', pipeline })).toBeNull()
})
