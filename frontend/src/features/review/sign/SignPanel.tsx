import { Anchor, Button, Checkbox, Drawer } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '~/api/client'
import { toProblem } from '~/api/errors'
import type { Consultation, Note, OpenItem } from '../model/types'
import type { NoteDrafts } from '../note/note-drafts'
import { inNoteOrder } from '../note/review-items'
import { consultationOptions, etag, keepNote, noteOptions } from '../queries'
import classes from './Sign.module.css'
import { whyNotSign } from './why-not-sign'

interface SignPanelProps {
  consultation: Consultation
  note: Note
  drafts: NoteDrafts
  unsaved: boolean
  opened: boolean
  onClose: () => void
  onJump: (item: OpenItem) => void
}

/** What is still open, what one attests, and the signature. Beside the note, so that both can be read. */
export function SignPanel(props: SignPanelProps) {
  const { consultation, note, drafts, unsaved, opened, onClose, onJump } = props
  const [isAcknowledged, setAcknowledged] = useState(false)
  const items = inNoteOrder(note)
  const sign = useSign(note, drafts, onClose)
  const reason = whyNotSign({ consultation, note, unsaved, isAcknowledged })

  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={400}
      title="Sign note"
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ title: classes.title }}
      // The note beside it stays readable: one signs what one sees.
      overlayProps={{ backgroundOpacity: 0.12 }}
    >
      {items.length === 0 ? (
        <p>Nothing is left open.</p>
      ) : (
        <>
          <h3 className={classes.heading}>
            {items.length === 1 ? '1 item is open' : `${items.length} items are open`}
          </h3>
          <ol className={classes.items}>
            {items.map((item) => (
              <li key={`${item.kind} ${item.section_key} ${item.sentence_id}`}>
                <Anchor
                  component="button"
                  type="button"
                  className={classes.item}
                  onClick={() => onJump(item)}
                >
                  {item.message}
                </Anchor>
                <span className={classes.quote}>{placeOf(note, item)}</span>
              </li>
            ))}
          </ol>
          <Checkbox
            mt="md"
            label="I have looked at these items and sign with them as they are."
            checked={isAcknowledged}
            onChange={(event) => setAcknowledged(event.currentTarget.checked)}
          />
        </>
      )}
      <p className={classes.attestation}>{note.attestation}</p>
      {sign.error === null ? null : (
        <p className={classes.problem} role="alert">
          {toProblem(sign.error).message}
        </p>
      )}
      <Button
        fullWidth
        loading={sign.isPending}
        aria-describedby="why-not-sign"
        data-disabled={reason !== null || undefined}
        aria-disabled={reason !== null}
        onClick={() => {
          if (reason === null) sign.mutate(isAcknowledged)
        }}
      >
        Sign note
      </Button>
      <p id="why-not-sign" className={classes.reason} role="status">
        {reason ?? 'A signed note cannot be changed, only amended.'}
      </p>
    </Drawer>
  )
}

function useSign(note: Note, drafts: NoteDrafts, onSigned: () => void) {
  const queryClient = useQueryClient()
  const id = note.consultation_id
  return useMutation({
    mutationFn: async (acknowledged: boolean) => {
      if (!(await drafts.settled())) throw new Error('unsaved words')
      const { data } = await client.POST('/api/consultations/{consultation_id}/note/sign', {
        params: { path: { consultation_id: id }, header: { 'if-match': etag(drafts.snapshot().version) } },
        body: { acknowledge_open_items: acknowledged },
      })
      return data
    },
    onSuccess: (signed) => {
      if (signed !== undefined) keepNote(queryClient, signed)
      queryClient.invalidateQueries({ queryKey: consultationOptions(id).queryKey })
      onSigned()
    },
    onError: () => queryClient.invalidateQueries({ queryKey: noteOptions(id).queryKey }),
  })
}

function placeOf(note: Note, item: OpenItem): string {
  const section = note.sections.find((candidate) => candidate.key === item.section_key)
  const sentence = section?.sentences.find((candidate) => candidate.id === item.sentence_id)
  return [section?.title, sentence?.text].filter((part) => part !== undefined).join(': ')
}
