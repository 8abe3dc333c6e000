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

  it('does not speak of stages once it is ready', () => {
    expect(statusLabel('ready', { stage: 'draft', progress: 1 })).toBe('Needs review')
  })
})
