import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { IconDots, IconDownload, IconFileText, IconHistory } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { dayAndTime } from '~/lib/time'
import { AssignPatientButton } from '~/ui/AssignPatientButton'
import { ConsultationPill } from '~/ui/ConsultationPill'
import { CopyButton } from '~/ui/CopyButton'
import { EditPatientButton } from '~/ui/EditPatientButton'
import type { Consultation, Note } from '../model/types'
import { patientFacts, patientName } from '../model/words'
import type { Typed } from '../note/kept-drafts'
import { copyNote } from '../note/plain-note'
import { whyNotSign } from '../sign/why-not-sign'
import classes from './Header.module.css'
import { RedraftItems } from './RedraftMenu'
import { SaveStatus } from './SaveStatus'
import type { Redraft } from './use-redraft'

interface ReviewHeaderProps {
  consultation: Consultation
  note: Note | null
  typed: Typed | null
  redraft: Redraft
  timeZone: string
  onSign: () => void
  children?: ReactNode
}

/** Whose consultation it is, where it stands, and what to do with the note. */
export function ReviewHeader(props: ReviewHeaderProps) {
  const { consultation, note, typed, redraft, timeZone, onSign, children } = props
  const { patient } = consultation
  const isDraft = note !== null && note.state === 'draft'
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // The navigation that led here ended on a skeleton, with no heading to move focus to.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header className={classes.header}>
      <div className={classes.crumbs}>
        <Link to="/">Consultations</Link>
        <span aria-hidden>/</span>
        <h1 ref={heading} tabIndex={-1}>
          {patientName(patient)}
        </h1>
        <span className={classes.facts}>
          {patient === null ? '' : patientFacts(patient, consultation.started_at)}
        </span>
        <span className={classes.facts}>{dayAndTime(consultation.started_at, timeZone)}</span>
      </div>
      {consultation.permissions.assign ? (
        <AssignPatientButton
          consultationId={consultation.id}
          size="compact-sm"
          variant={patient === null ? 'default' : 'subtle'}
          className={classes.patientButton}
        >
          {patient === null ? 'Assign patient' : 'Change patient'}
        </AssignPatientButton>
      ) : null}
      {patient === null ? null : (
        <EditPatientButton
          patientId={patient.id}
          size="compact-sm"
          variant="subtle"
          className={classes.patientButton}
        >
          Edit patient
        </EditPatientButton>
      )}
      <ConsultationPill consultation={consultation} />
      <div className={classes.actions}>
        {typed !== null && isDraft ? <SaveStatus state={typed.state} timeZone={timeZone} /> : null}
        {children}
        {note === null ? null : (
          <CopyButton label="Copy note" content={() => copyNote(note, patientName(patient))} />
        )}
        <MoreMenu consultation={consultation} note={note} redraft={redraft} />
        {note?.state === 'signed' ? null : (
          <SignButton consultation={consultation} note={note} onSign={onSign} />
        )}
      </div>
    </header>
  )
}

function MoreMenu(props: { consultation: Consultation; note: Note | null; redraft: Redraft }) {
  const { consultation, note, redraft } = props
  const mayRedraft = consultation.permissions.edit && note?.state === 'draft'
  return (
    <Menu width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label="More">
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {note === null ? null : (
          <Menu.Item
            component="a"
            href={`/api/consultations/${consultation.id}/note.pdf`}
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Export PDF
          </Menu.Item>
        )}
        <Menu.Item
          component={Link}
          to={`/consultations/${consultation.id}/transcript`}
          leftSection={<IconFileText size={16} aria-hidden />}
        >
          Whole transcript, to read or print
        </Menu.Item>
        {note === null ? null : (
          <Menu.Item
            component={Link}
            to={`/consultations/${consultation.id}/history`}
            leftSection={<IconHistory size={16} aria-hidden />}
          >
            History
          </Menu.Item>
        )}
        {mayRedraft ? <RedraftItems redraft={redraft} templateKey={note.template_key} /> : null}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Opens the sign panel, which lists what is open; while there is nothing to sign it says why. */
function SignButton(props: { consultation: Consultation; note: Note | null; onSign: () => void }) {
  const { consultation, note, onSign } = props
  const reason =
    note === null || !consultation.permissions.sign
      ? whyNotSign({ consultation, note, unsaved: false, isAcknowledged: true })
      : null
  const button = (
    <Button
      onClick={reason === null ? onSign : undefined}
      data-disabled={reason !== null || undefined}
      aria-disabled={reason !== null}
    >
      Sign note
    </Button>
  )
  if (reason === null) return button
  return (
    <Tooltip label={reason} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      {button}
    </Tooltip>
  )
}
