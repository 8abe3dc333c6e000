import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '~/api/client'
import { hasCode, toProblem } from '~/api/errors'
import { type Choices, changedFields, choicesOf, type Settings, toSave } from './choices'
import { type Difference, differences, merged } from './merge'

export interface ClinicForm {
  choices: Choices
  change: (part: Partial<Choices>) => void
  isChanged: boolean
  isSaving: boolean
  isSaved: boolean
  /** Why the server refused; `termsError` stands at the key terms instead. */
  error: unknown
  termsError: string | null
  /** What someone else saved meanwhile, beside one's own; null while nobody did. */
  conflict: Difference[] | null
  save: () => void
  discard: () => void
  saveMine: () => void
  takeTheirs: () => void
}

/** The clinic's settings as one changes them. Nothing is saved by itself, and nothing of another admin is lost. */
export function useClinicForm(settings: Settings): ClinicForm {
  const queryClient = useQueryClient()
  const [base, setBase] = useState(settings)
  const [choices, setChoices] = useState(() => choicesOf(settings))
  const [theirs, setTheirs] = useState<Settings | null>(null)
  const isChanged = changedFields(choicesOf(base), choices).length > 0

  const adopt = (saved: Settings) => {
    setBase(saved)
    setChoices(choicesOf(saved))
    setTheirs(null)
  }
  // Where nothing is typed, what another admin saved simply shows.
  if (!isChanged && settings.version > base.version) adopt(settings)

  const save = api.useMutation('put', '/api/clinic/settings', {
    onSuccess: async (saved) => {
      adopt(saved)
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => isOfClinic(queryKey) })
    },
    onError: async (error: unknown) => {
      if (hasCode(error, 'stale')) setTheirs((await client.GET('/api/clinic/settings')).data ?? null)
    },
  })
  const send = (what: Choices, version: number) => {
    const body = toSave(what)
    if (body) save.mutate({ body, params: { header: { 'if-match': `"${version}"` } } })
  }
  const saveMine = () => {
    if (!theirs) return
    const both = merged(choicesOf(base), choices, choicesOf(theirs))
    setBase(theirs)
    setChoices(both)
    setTheirs(null)
    send(both, theirs.version)
  }
  const error: unknown = save.error
  const isTerms = hasCode(error, 'key_terms_refused')

  return {
    choices,
    change: (part) => {
      save.reset()
      setChoices((now) => ({ ...now, ...part }))
    },
    isChanged,
    isSaving: save.isPending,
    isSaved: save.isSuccess && !isChanged,
    error: isTerms || (theirs && hasCode(error, 'stale')) ? null : error,
    termsError: isTerms ? toProblem(error).message : null,
    conflict: theirs && differences(choicesOf(base), choices, choicesOf(theirs)),
    save: () => send(choices, base.version),
    discard: () => {
      save.reset()
      setChoices(choicesOf(base))
    },
    saveMine,
    takeTheirs: () => {
      save.reset()
      if (theirs) adopt(theirs)
    },
  }
}

function isOfClinic(key: readonly unknown[]): boolean {
  return typeof key[1] === 'string' && key[1].startsWith('/api/clinic/')
}
