import type { Schema } from '~/api/client'

export type Settings = Schema<'ClinicSettingsRead'>
export type Offers = Settings['offers']
export type RegionOffer = Offers['regions'][number]
type Saved = Schema<'ClinicSettingsWrite'>

/** The choices as they stand in the form: what is typed stays as it was typed. */
export interface Choices extends Omit<Saved, 'key_terms' | 'monthly_budget_cents'> {
  /** One term a line. */
  terms: string
  /** Dollars; empty means no budget. */
  budget: string
}

export type Field = keyof Choices
export const FIELDS: Field[] = [
  'engine',
  'region',
  'speech_models',
  'terms',
  'live_captions',
  'drafter',
  'budget',
]

/** The clinic's choices as the form shows them. */
export function choicesOf(settings: Settings): Choices {
  const { engine, region, speech_models, drafter, live_captions } = settings
  return {
    engine,
    region,
    speech_models,
    drafter,
    live_captions,
    terms: settings.key_terms.join('\n'),
    budget: settings.monthly_budget_cents === null ? '' : dollars(settings.monthly_budget_cents),
  }
}

/** What is sent; null while the budget is no amount. All lines go, so that the server can name them by number. */
export function toSave(choices: Choices): Saved | null {
  const { terms, budget, ...rest } = choices
  const cents = budgetCents(budget)
  return cents === undefined ? null : { ...rest, key_terms: terms.split('\n'), monthly_budget_cents: cents }
}

/** Cents of a typed amount of dollars; null where nothing is typed, undefined where it is no amount. */
export function budgetCents(typed: string): number | null | undefined {
  const text = typed.trim().replace(/^\$\s*/, '')
  if (text === '') return null
  const found = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text)
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined
}

function dollars(cents: number): string {
  return cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2)
}

/** How many terms the lines come to, as the server counts them. */
export function termCount(terms: string): number {
  const each = terms.split('\n').map((line) => line.trim().replace(/\s+/g, ' ').toLowerCase())
  return new Set(each.filter((term) => term !== '')).size
}

/** How many terms the models take. */
export function mostTerms({ speech_models }: Choices): number {
  return speech_models.includes('universal-3-5-pro') ? 1000 : 200
}

/** The fields in which two forms differ. */
export function changedFields(one: Choices, other: Choices): Field[] {
  return FIELDS.filter((field) => String(one[field]) !== String(other[field]))
}

/**
 * What holds with these choices, where "default" is what the server has. A clinic that keeps its audio on the server
 * keeps its transcripts there too, unless it chooses otherwise.
 */
export function inForce(choices: Choices, { defaults }: Offers): Offers['defaults'] {
  return {
    engine: choices.engine === 'default' ? defaults.engine : choices.engine,
    region: choices.region === 'default' ? defaults.region : choices.region,
    drafter: choices.drafter === 'default' ? defaultDrafter(choices, defaults) : choices.drafter,
  }
}

function defaultDrafter({ engine }: Choices, defaults: Offers['defaults']): Offers['defaults']['drafter'] {
  return engine === 'local' ? 'extractive' : defaults.drafter
}

/** The server's word on a region. */
export function regionOffer(offers: Offers, region: RegionOffer['region']): RegionOffer | undefined {
  return offers.regions.find((each) => each.region === region)
}

/** Where audio goes with these choices, as one sentence. */
export function audioGoes(choices: Choices, offers: Offers): string {
  const { engine, region } = inForce(choices, offers)
  const there = regionOffer(offers, region)
  if (engine === 'local') return 'Audio stays on this server.'
  if (engine === 'fake') return 'Transcripts are made up: this server is set to its test engine.'
  return there?.no_audio ?? there?.audio_goes ?? ''
}

/** Where transcripts go with these choices, as one sentence. */
export function transcriptsGo(choices: Choices, offers: Offers): string {
  const { drafter, region } = inForce(choices, offers)
  const there = regionOffer(offers, region)
  if (drafter === 'extractive') return 'Transcripts stay on this server.'
  return there?.no_transcripts ?? there?.transcripts_go ?? ''
}

/** Whether anything that these choices lead to depends on the vendor's region. */
export function usesRegion(choices: Choices, offers: Offers): boolean {
  const { engine, drafter } = inForce(choices, offers)
  const differs = new Set(offers.regions.map((each) => each.transcripts_go)).size > 1
  return engine === 'assemblyai' || (drafter === 'llm' && differs)
}

/** Cents that an hour of audio is estimated to cost: its transcript, and its live captions. */
export function centsAnHour(choices: Choices, { prices }: Offers): { transcript: number; captions: number } {
  const extras = prices.medical + (termCount(choices.terms) > 0 ? prices.key_terms : 0)
  const model = choices.speech_models[0] === 'universal-2' ? prices.universal_2 : prices.universal_3_5_pro
  return { transcript: model + prices.speaker_labels + extras, captions: prices.streaming + extras }
}
