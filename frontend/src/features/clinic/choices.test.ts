import { describe, expect, it } from 'vitest'
import {
  audioGoes,
  budgetCents,
  type Choices,
  centsAnHour,
  changedFields,
  choicesOf,
  mostTerms,
  termCount,
  toSave,
  transcriptsGo,
  usesRegion,
} from './choices'
import { differences, merged } from './merge'
import { someSettings } from './testing/builders'

const { offers } = someSettings()
const chosen = (change: Partial<Choices> = {}): Choices => ({ ...choicesOf(someSettings()), ...change })

describe('a budget', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['0', 0],
    ['25', 2500],
    ['$ 25.5', 2550],
    ['25,05', 2505],
    ['1234.00', 123400],
  ])('typed as "%s" is %s cents', (typed, cents) => {
    expect(budgetCents(typed)).toBe(cents)
  })

  it.each(['abc', '-1', '1.234', '1e3', '12345678', '.5', '1 000'])('typed as "%s" is no amount', (typed) => {
    expect(budgetCents(typed)).toBeUndefined()
    expect(toSave(chosen({ budget: typed }))).toBeNull()
  })

  it.each([null, 0, 1, 50, 2500, 2505])('of %s cents comes back as it was', (cents) => {
    const settings = someSettings({ monthly_budget_cents: cents })

    expect(toSave(choicesOf(settings))?.monthly_budget_cents).toBe(cents)
  })
})

describe('key terms', () => {
  it('are sent line by line, so that the server can name the lines', () => {
    expect(toSave(chosen({ terms: 'apixaban\n\nwarfarin' }))?.key_terms).toEqual(['apixaban', '', 'warfarin'])
  })

  it('are counted once each', () => {
    expect(termCount(' apixaban\n\nApixaban \nSt  Ann\nst ann')).toBe(2)
    expect(termCount('')).toBe(0)
  })

  it('are as many as the better of the models takes', () => {
    expect(mostTerms(chosen())).toBe(1000)
    expect(mostTerms(chosen({ speech_models: ['universal-2'] }))).toBe(200)
  })
})

describe('what the choices come to', () => {
  it('is what the server has where nothing is chosen', () => {
    expect(audioGoes(chosen(), offers)).toContain('(api.eu.assemblyai.com)')
    expect(transcriptsGo(chosen(), offers)).toBe('Transcripts stay on this server.')
  })

  it('is this server where that is chosen, whatever the region', () => {
    expect(audioGoes(chosen({ engine: 'local', region: 'us' }), offers)).toBe('Audio stays on this server.')
  })

  it('keeps transcripts where the audio is kept, unless a language model is chosen', () => {
    const drafting = { ...offers, defaults: { ...offers.defaults, drafter: 'llm' as const } }
    expect(transcriptsGo(chosen(), drafting)).toBe('No language model is set on this server.')
    expect(transcriptsGo(chosen({ engine: 'local' }), drafting)).toBe('Transcripts stay on this server.')
    expect(transcriptsGo(chosen({ engine: 'local', drafter: 'llm' }), drafting)).toBe(
      'No language model is set on this server.',
    )
  })

  it('says what is missing where a choice cannot work', () => {
    expect(audioGoes(chosen({ engine: 'assemblyai', region: 'us' }), offers)).toBe(
      'No AssemblyAI key for the United States is set on this server.',
    )
    expect(transcriptsGo(chosen({ drafter: 'llm' }), offers)).toBe('No language model is set on this server.')
  })

  it('depends on a region only where something goes there', () => {
    expect(usesRegion(chosen(), offers)).toBe(true)
    expect(usesRegion(chosen({ engine: 'local' }), offers)).toBe(false)
    expect(usesRegion(chosen({ engine: 'local', drafter: 'llm' }), offers)).toBe(false)
    const gateways = offers.regions.map((each) => ({ ...each, transcripts_go: `To ${each.region}.` }))
    expect(usesRegion(chosen({ engine: 'local', drafter: 'llm' }), { ...offers, regions: gateways })).toBe(
      true,
    )
  })

  it('costs what the extras add', () => {
    expect(centsAnHour(chosen(), offers)).toEqual({ transcript: 38, captions: 60 })
    expect(centsAnHour(chosen({ terms: 'apixaban' }), offers)).toEqual({ transcript: 43, captions: 65 })
    expect(centsAnHour(chosen({ speech_models: ['universal-2'] }), offers).transcript).toBe(32)
  })
})

describe('two admins at once', () => {
  const base = chosen({ terms: 'apixaban', budget: '25' })
  const mine = { ...base, budget: '30', live_captions: false }
  const theirs = { ...base, budget: '50', engine: 'local' as const }

  it('keep each what the other did not touch', () => {
    expect(merged(base, mine, theirs)).toEqual({
      ...base,
      budget: '30',
      live_captions: false,
      engine: 'local',
    })
  })

  it('see all that differs, and what is only the other’s', () => {
    expect(differences(base, mine, theirs)).toEqual([
      { field: 'engine', theirs: 'On this server', mine: null },
      { field: 'live_captions', theirs: 'On', mine: 'Off' },
      { field: 'budget', theirs: '$50', mine: '$30' },
    ])
  })

  it('differ in nothing where they chose the same', () => {
    expect(changedFields(mine, { ...mine })).toEqual([])
    expect(merged(base, mine, mine)).toEqual(mine)
  })
})
