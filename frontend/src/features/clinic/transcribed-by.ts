import type { Schema } from '~/api/client'

type Choices = Schema<'ClinicChoicesRead'>

const ENGINES: Record<Choices['engine'], (region: string) => string> = {
  local: () => 'on this server',
  assemblyai: (region) => `by AssemblyAI (${region})`,
  fake: () => 'by this server’s test engine, which makes transcripts up',
}

/** "Audio is transcribed by AssemblyAI (EU)." */
export function transcribedBy({ engine, region, drafter }: Choices): string {
  const heard = `Audio is transcribed ${ENGINES[engine](region.toUpperCase())}.`
  return drafter === 'llm' ? `${heard} Notes are drafted by a language model.` : heard
}
