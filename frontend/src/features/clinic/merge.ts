import { type Choices, changedFields, FIELDS, type Field } from './choices'

export interface Difference {
  field: Field
  theirs: string
  /** Null where one did not touch it: theirs is kept either way. */
  mine: string | null
}

/** One's own changes over what someone else saved meanwhile. */
export function merged(base: Choices, mine: Choices, theirs: Choices): Choices {
  const own = new Set(changedFields(base, mine))
  return {
    ...theirs,
    ...Object.fromEntries(FIELDS.filter((field) => own.has(field)).map((f) => [f, mine[f]])),
  }
}

/** What to look at when two people changed the same settings: all that differs from what one sees or began with. */
export function differences(base: Choices, mine: Choices, theirs: Choices): Difference[] {
  const own = new Set(changedFields(base, mine))
  const seen = new Set([...changedFields(mine, theirs), ...changedFields(base, theirs)])
  return FIELDS.filter((field) => seen.has(field)).map((field) => ({
    field,
    theirs: inWords(field, theirs),
    mine: own.has(field) ? inWords(field, mine) : null,
  }))
}

export const FIELD_NAMES: Record<Field, string> = {
  engine: 'Transcription',
  region: 'Region',
  speech_models: 'Speech models',
  terms: 'Key terms',
  live_captions: 'Live captions',
  drafter: 'Drafting',
  budget: 'Monthly budget',
}

export const CHOICE_NAMES = {
  engine: {
    default: 'The server’s choice',
    local: 'On this server',
    assemblyai: 'AssemblyAI',
    fake: 'Test engine',
  },
  region: { default: 'The server’s choice', us: 'United States', eu: 'European Union' },
  drafter: { default: 'The server’s choice', extractive: 'On this server', llm: 'A language model' },
  model: { 'universal-3-5-pro': 'Universal-3.5 Pro', 'universal-2': 'Universal-2' },
} as const

function inWords(field: Field, choices: Choices): string {
  switch (field) {
    case 'engine':
      return CHOICE_NAMES.engine[choices.engine]
    case 'region':
      return CHOICE_NAMES.region[choices.region]
    case 'drafter':
      return CHOICE_NAMES.drafter[choices.drafter]
    case 'speech_models':
      return choices.speech_models.map((model) => CHOICE_NAMES.model[model]).join(', then ')
    case 'live_captions':
      return choices.live_captions ? 'On' : 'Off'
    case 'terms':
      return choices.terms.trim() === '' ? 'None' : choices.terms
    case 'budget':
      return choices.budget.trim() === '' ? 'None' : `$${choices.budget.trim().replace(/^\$\s*/, '')}`
  }
}
