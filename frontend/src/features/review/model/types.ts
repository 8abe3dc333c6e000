import type { components } from '~/api/schema'

type Schemas = components['schemas']

export type Consultation = Schemas['ConsultationRead']
export type Transcript = Schemas['TranscriptRead']
export type Utterance = Schemas['UtteranceRead']
export type Word = Schemas['Word']
export type SpeakerRole = Schemas['SpeakerRole']
export type Note = Schemas['NoteRead']
export type Section = Schemas['Section']
export type Sentence = Schemas['Sentence']
export type Evidence = Schemas['Evidence']
export type OpenItem = Schemas['OpenItem']
export type Withheld = Schemas['Withheld']
export type Problem = Schemas['Problem']
export type NoteVersion = Schemas['NoteVersionRead']
export type NoteVersionFull = Schemas['NoteVersionFull']
export type Patient = Schemas['PatientRead']
