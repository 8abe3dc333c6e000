import { describe, expect, it } from 'vitest'
import { statusLabel } from './consultation-status'

describe('the status of a consultation', () => {
  it('names the stage and its progress while it runs', () => {
    expect(statusLabel('processing', { stage: 'transcribe', progress: 0.634 })).toBe('Transcribing 63 %')
  })

  it('shows no percentage before the first and after the last', () => {
    expect(statusLabel('processing', { stage: 'draft', progress: 0 })).toBe('Writing note')
    expect(statusLabel('processing', { stage: 'draft', progress: 1 })).toBe('Writing note')
    expect(statusLabel('processing', null)).toBe('Processing')
  })

  it('says how much of a recording has been sent', () => {
    expect(statusLabel('sending', null, 63)).toBe('Uploading 63 %')
    expect(statusLabel('sending', null, 0)).toBe('Uploading')
    expect(statusLabel('sending', null)).toBe('Uploading')
  })

  it('says whom it waits for, and that it is on hold where something is to be put right', () => {
    const parked = { stage: 'transcribe', progress: 0.3 } as const
    expect(statusLabel('processing', { ...parked, waiting_code: 'vendor_processing' })).toBe(
      'Waiting for AssemblyAI',
    )
    expect(statusLabel('processing', { ...parked, waiting_code: 'vendor_queued' })).toBe(
      'Queued at AssemblyAI',
    )
    expect(statusLabel('processing', { ...parked, waiting_code: 'vendor_key_refused' })).toBe('On hold')
    expect(statusLabel('processing', { ...parked, waiting_code: null })).toBe('Transcribing 30 %')
  })

  it('does not speak of stages once it is ready', () => {
    expect(statusLabel('ready', { stage: 'draft', progress: 1 })).toBe('Needs review')
  })
})
