import { Button, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '~/api/client'
import { toProblem } from '~/api/errors'
import { dayAndTime } from '~/lib/time'
import type { Note } from '../model/types'
import { keepNote } from '../queries'
import { useKeptText } from './kept-text'
import classes from './Note.module.css'

/** Under a signed note: the signature, what was added since, and the way to add more. */
export function SignedPart(props: { note: Note; mayAmend: boolean; timeZone: string }) {
  const { note, mayAmend, timeZone } = props
  if (note.signature === null) return null
  return (
    <section className={classes.signed} aria-label="Signature and addenda">
      <p>
        <strong>
          Signed by {note.signature.signer_name}, {dayAndTime(note.signature.signed_at, timeZone)}
        </strong>
      </p>
      <p className={classes.meta}>{note.signature.attestation}</p>
      {note.addenda.map((addendum) => (
        <div key={addendum.id} className={classes.addendum}>
          <p>
            <strong>
              Addendum by {addendum.author_name}, {dayAndTime(addendum.created_at, timeZone)}
            </strong>
          </p>
          <p>{addendum.text}</p>
        </div>
      ))}
      {mayAmend ? <AddendumForm consultationId={note.consultation_id} /> : null}
    </section>
  )
}

function AddendumForm({ consultationId }: { consultationId: string }) {
  const queryClient = useQueryClient()
  const [text, setText] = useKeptText(`addendum ${consultationId}`)
  const [isOpen, setOpen] = useState(text !== '')
  const amend = useMutation({
    mutationFn: async () => {
      const { data } = await client.POST('/api/consultations/{consultation_id}/note/addenda', {
        params: { path: { consultation_id: consultationId } },
        body: { text: text.trim() },
      })
      return data
    },
    onSuccess: (note) => {
      if (note !== undefined) keepNote(queryClient, note)
      setText('')
      setOpen(false)
    },
  })
  if (!isOpen) {
    return (
      <Button mt="md" variant="default" onClick={() => setOpen(true)}>
        Amend
      </Button>
    )
  }
  return (
    <form
      className={classes.addendumForm}
      onSubmit={(event) => {
        event.preventDefault()
        amend.mutate()
      }}
    >
      <FocusedArea
        value={text}
        onChange={setText}
        error={amend.error ? toProblem(amend.error).message : null}
      />
      <div className={classes.conflictActions}>
        <Button type="submit" loading={amend.isPending} disabled={text.trim() === ''}>
          Add to the signed note
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setText('')
            setOpen(false)
          }}
        >
          {text === '' ? 'Cancel' : 'Discard'}
        </Button>
      </div>
    </form>
  )
}

function FocusedArea(props: { value: string; onChange: (text: string) => void; error: string | null }) {
  const [box, setBox] = useState<HTMLTextAreaElement | null>(null)
  useEffect(() => box?.focus(), [box])
  return (
    <Textarea
      ref={setBox}
      autosize
      minRows={3}
      label="Addendum"
      description="The note stays as it was signed; this is added under it, with your name and the time."
      value={props.value}
      error={props.error}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  )
}
