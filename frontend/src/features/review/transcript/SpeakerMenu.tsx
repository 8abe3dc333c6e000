import { Menu } from '@mantine/core'
import { useState } from 'react'
import type { SpeakerRole, Utterance } from '../model/types'
import { speakerName } from '../model/words'
import classes from './Transcript.module.css'

const ROLES: readonly SpeakerRole[] = ['clinician', 'patient', 'other']

export interface SpeakerActions {
  onSample: (speaker: string) => void
  onRole: (turn: Utterance, role: SpeakerRole, scope: 'turn' | 'speaker') => void
  onSwap: () => void
  onEdit: (turn: Utterance) => void
}

/**
 * Who speaks; opens what can be heard and corrected about it.
 * The menu is made when it is first asked for: a list that is flung past must not build thirty of them.
 */
export function SpeakerMenu(props: {
  turn: Utterance
  doctorName: string
  canEdit: boolean
  tabIndex: number
  actions: SpeakerActions
}) {
  const { turn, doctorName, canEdit, tabIndex, actions } = props
  const name = speakerName(turn, doctorName)
  const others = ROLES.filter((role) => role !== turn.role)
  const [isAsked, setAsked] = useState(false)
  const button = (
    <button
      type="button"
      className={classes.who}
      data-role={turn.role}
      tabIndex={tabIndex}
      aria-label={`Speaker: ${name}`}
      aria-haspopup="menu"
      onClick={isAsked ? undefined : () => setAsked(true)}
    >
      {name}
    </button>
  )
  if (!isAsked) return button
  return (
    <Menu position="bottom-start" width={300} defaultOpened>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => actions.onSample(turn.speaker)}>Hear 10 s of this voice</Menu.Item>
        {canEdit ? (
          <>
            <Menu.Item onClick={() => actions.onEdit(turn)}>Correct the words (E)</Menu.Item>
            <Menu.Divider role="separator" />
            {others.map((role) => (
              <Menu.Item key={role} onClick={() => actions.onRole(turn, role, 'turn')}>
                This turn: {roleName(role, doctorName)}
              </Menu.Item>
            ))}
            <Menu.Divider role="separator" />
            {others.map((role) => (
              <Menu.Item key={role} onClick={() => actions.onRole(turn, role, 'speaker')}>
                This voice throughout: {roleName(role, doctorName)}
              </Menu.Item>
            ))}
            <Menu.Divider role="separator" />
            <Menu.Item onClick={actions.onSwap}>Swap doctor and patient</Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}

function roleName(role: SpeakerRole, doctorName: string): string {
  return role === 'other' ? 'someone else' : speakerName({ role, speaker: '' }, doctorName)
}
