import type { Evidence, Note, Sentence, Transcript, Utterance, Withheld, Word } from '../model/types'

/** A turn whose words are spread evenly over its time. */
export function aTurn(number: number, text: string, given: Partial<Utterance> = {}): Utterance {
  const start = given.start_ms ?? number * 10_000
  const end = given.end_ms ?? start + 8000
  const parts = text.split(/\s+/).filter((part) => part !== '')
  const each = (end - start) / Math.max(1, parts.length)
  const words: Word[] = parts.map((part, index) => ({
    text: part,
    start_ms: Math.round(start + index * each),
    end_ms: Math.round(start + (index + 1) * each),
    probability: 0.9,
    risky: false,
  }))
  return { number, speaker: 'A', role: 'clinician', start_ms: start, end_ms: end, text, words, ...given }
}

export function aTranscript(utterances: Utterance[], given: Partial<Transcript> = {}): Transcript {
  return {
    consultation_id: 'c1',
    version: 1,
    source: 'roles',
    engine: 'fake',
    model: 'fake',
    language: 'en',
    speech_ms: 60_000,
    warnings: [],
    utterances,
    ...given,
  }
}

export function anEvidence(given: Partial<Evidence> = {}): Evidence {
  return { utterance: 0, start_ms: 0, end_ms: 1000, quote: '', ...given }
}

export function aSentence(id: string, text: string, given: Partial<Sentence> = {}): Sentence {
  return {
    id,
    text,
    origin: 'ai',
    author_id: null,
    author_name: null,
    source_changed: false,
    evidence: [],
    ...given,
  }
}

export function aWithheld(section_key: string, text: string, given: Partial<Withheld> = {}): Withheld {
  return { section_key, text, problems: ['words_not_said'], ...given }
}

export function aNote(given: Partial<Note> = {}): Note {
  return {
    consultation_id: 'c1',
    state: 'draft',
    version: 1,
    source: 'ai',
    template_key: 'soap',
    template_name: 'SOAP',
    transcript_version: 1,
    drafter: 'extractive',
    saved_at: '2026-11-23T10:42:00Z',
    sections: [
      {
        key: 'subjective',
        title: 'Subjective',
        required: true,
        sentences: [aSentence('s1', 'Chest tightness on stairs.')],
      },
      { key: 'plan', title: 'Plan', required: true, sentences: [aSentence('s2', 'ECG today.')] },
    ],
    notices: [],
    withheld: [],
    open_items: [],
    attestation: 'I have read this note and it is right.',
    signature: null,
    addenda: [],
    ...given,
  }
}
