import { describe, expect, it } from 'vitest'
import { aMonth } from './testing/builders'
import { transcribedBy } from './transcribed-by'
import {
  amount,
  budgetNotice,
  money,
  monthName,
  monthsToShow,
  nextMonthBegins,
  percent,
  type Usage,
} from './usage'

const CENT = 1_000_000
const usage = (share: number, level: Usage['level']): Usage => ({
  months: [aMonth('2026-12-01')],
  budget_cents: 2500,
  share,
  level,
  is_stopped: level === 'reached',
})

describe('use of cloud services', () => {
  it('costs dollars and cents', () => {
    expect([0, 1, CENT, 150 * CENT, 123_456 * CENT].map(money)).toEqual([
      '$0.00',
      'under $0.01',
      '$0.01',
      '$1.50',
      '$1234.56',
    ])
  })

  it('is so long or so many, or nothing', () => {
    const month = aMonth('2026-11-01', [
      { kind: 'transcription', unit: 'seconds', quantity: 3900, microcents: 1 },
      { kind: 'language_model', unit: 'tokens', quantity: 12345, microcents: 1 },
    ])

    expect(amount(month, 'transcription')).toBe('1 h 5 min')
    expect(amount(month, 'language_model')).toBe('12,345 tokens')
    expect(amount(month, 'captions')).toBeNull()
  })

  it('is listed from this month back to the first with any', () => {
    const used = aMonth('2026-09-01', [{ kind: 'captions', unit: 'seconds', quantity: 1, microcents: 0 }])
    const months = [aMonth('2026-11-01'), aMonth('2026-10-01'), used, aMonth('2026-08-01')]

    expect(monthsToShow(months).map((month) => month.month)).toEqual([
      '2026-11-01',
      '2026-10-01',
      '2026-09-01',
    ])
    expect(monthsToShow([aMonth('2026-11-01'), aMonth('2026-10-01')])).toHaveLength(1)
  })

  it('knows months by name, wherever the browser is', () => {
    expect(monthName('2026-11-01')).toBe('November 2026')
    expect(nextMonthBegins('2026-12-01')).toBe('1 January')
  })
})

describe('a budget', () => {
  it('says nothing while there is room', () => {
    expect(budgetNotice(usage(0.79, 'within'))).toBeNull()
  })

  it('warns, and never looks used up before it is', () => {
    expect(budgetNotice(usage(0.999, 'warned'))).toMatch(/^99 % of this month’s budget/)
    expect(percent(null)).toBe('0 %')
  })

  it('says what goes on and until when once it is used up', () => {
    expect(budgetNotice(usage(1.2, 'reached'))).toMatch(/Recording goes on.*until 1 January/)
  })
})

describe('where audio is transcribed', () => {
  it('is said in one line', () => {
    const choices = { region: 'eu', drafter: 'extractive', live_captions: true } as const
    expect(transcribedBy({ ...choices, engine: 'local' })).toBe('Audio is transcribed on this server.')
    expect(transcribedBy({ ...choices, engine: 'assemblyai' })).toBe(
      'Audio is transcribed by AssemblyAI (EU).',
    )
    expect(transcribedBy({ ...choices, engine: 'local', drafter: 'llm' })).toBe(
      'Audio is transcribed on this server. Notes are drafted by a language model.',
    )
  })
})
