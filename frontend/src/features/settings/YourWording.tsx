import { Button, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, client, type Schema } from '~/api/client'
import { useSavePreferences } from '~/api/save-preferences'
import { usePreferences } from '~/api/session'
import { ErrorState } from '~/ui/ErrorState'
import { FormError } from '~/ui/FormError'
import classes from './YourWording.module.css'

type Wording = Schema<'WritingPreferenceRead'>

const OPTIONS = api.queryOptions('get', '/api/account/writing-preferences')

/** What was learned of how one writes: each wording with what it replaces, to be removed or taken back. */
export function YourWording() {
  const preferences = usePreferences()
  const save = useSavePreferences()
  const learned = useQuery(OPTIONS)
  const { data } = learned
  const change = useChange()
  const top = useRef<HTMLElement>(null)
  const settle = (wording: Wording): void => {
    // The row goes elsewhere, and the focus must not go with it.
    top.current?.focus()
    change.mutate(wording)
  }
  return (
    <>
      <FormError error={save.error ?? change.error} />
      <Switch
        label="Use my wording in drafts"
        description="When you change the same wording in two notes, the next drafts use yours. Off: nothing is used or learned."
        checked={preferences.learned_wordings}
        onChange={(event) => save.mutate({ ...preferences, learned_wordings: event.currentTarget.checked })}
      />
      {learned.isError ? <ErrorState error={learned.error} onRetry={() => void learned.refetch()} /> : null}
      <section ref={top} tabIndex={-1} className={classes.wordings} aria-label="Learned wordings">
        {data === undefined ? null : (
          <>
            <List wordings={data.filter((each) => each.state === 'active')} onChange={settle} />
            <Removed wordings={data.filter((each) => each.state === 'removed')} onChange={settle} />
          </>
        )}
      </section>
    </>
  )
}

function useChange() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, state }: Wording) => {
      const params = { path: { preference_id: id } }
      const { data } =
        state === 'active'
          ? await client.DELETE('/api/account/writing-preferences/{preference_id}', { params })
          : await client.POST('/api/account/writing-preferences/{preference_id}/restore', { params })
      return data
    },
    onSuccess: (data) => queryClient.setQueryData(OPTIONS.queryKey, data),
    onError: () => queryClient.invalidateQueries({ queryKey: OPTIONS.queryKey }),
  })
}

interface ListProps {
  wordings: readonly Wording[]
  onChange: (wording: Wording) => void
}

function List({ wordings, onChange }: ListProps) {
  if (wordings.length === 0) return <p className={classes.none}>Nothing is learned yet.</p>
  return (
    <ul>
      {wordings.map((wording) => (
        <Row key={wording.id} wording={wording} verb="Remove" onChange={onChange} />
      ))}
    </ul>
  )
}

function Removed({ wordings, onChange }: ListProps) {
  if (wordings.length === 0) return null
  return (
    <details>
      <summary>Removed, and not learned again ({wordings.length})</summary>
      <ul>
        {wordings.map((wording) => (
          <Row key={wording.id} wording={wording} verb="Use again" onChange={onChange} />
        ))}
      </ul>
    </details>
  )
}

function Row(props: { wording: Wording; verb: string; onChange: (wording: Wording) => void }) {
  const { wording, verb, onChange } = props
  const words = `“${wording.write}” instead of “${wording.instead_of}”`
  return (
    <li>
      <span className={classes.words}>
        {words}
        <span className={classes.from}>
          {wording.notes === 1 ? 'learned from 1 note' : `learned from ${wording.notes} notes`}
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`${verb}: ${words}`}
        onClick={() => onChange(wording)}
      >
        {verb}
      </Button>
    </li>
  )
}
