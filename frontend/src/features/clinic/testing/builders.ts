import type { Schema } from '~/api/client'
import type { Settings } from '../choices'
import type { Month } from '../usage'

/** The settings of a clinic that chose nothing, on a server that has a key for the EU and no language model. */
export function someSettings(change: Partial<Settings> = {}): Settings {
  return {
    version: 3,
    engine: 'default',
    region: 'default',
    speech_models: ['universal-3-5-pro', 'universal-2'],
    key_terms: [],
    drafter: 'default',
    live_captions: true,
    monthly_budget_cents: null,
    offers: someOffers(),
    ...change,
  }
}

function someOffers(): Schema<'Offers'> {
  return {
    defaults: { engine: 'assemblyai', region: 'eu', drafter: 'extractive' },
    regions: [
      {
        region: 'us',
        audio_goes: 'Audio is sent to AssemblyAI in the United States (api.assemblyai.com).',
        no_audio: 'No AssemblyAI key for the United States is set on this server.',
        transcripts_go: null,
        no_transcripts: 'No language model is set on this server.',
      },
      {
        region: 'eu',
        audio_goes: 'Audio is sent to AssemblyAI in the European Union (api.eu.assemblyai.com).',
        no_audio: null,
        transcripts_go: null,
        no_transcripts: 'No language model is set on this server.',
      },
    ],
    no_assemblyai: null,
    no_language_model: 'No language model is set on this server.',
    language_model: null,
    prices: {
      universal_3_5_pro: 21,
      universal_2: 15,
      medical: 15,
      key_terms: 5,
      speaker_labels: 2,
      streaming: 45,
      streaming_speaker_labels: 12,
      llm_input: null,
      llm_output: null,
    },
  }
}

/** A month with what was used in it. */
export function aMonth(month: string, lines: Month['lines'] = []): Month {
  return { month, lines, microcents: lines.reduce((sum, line) => sum + line.microcents, 0) }
}
