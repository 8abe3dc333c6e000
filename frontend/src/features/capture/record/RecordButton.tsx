import { UnstyledButton } from '@mantine/core'
import { IconMicrophone, IconPlayerPauseFilled, IconPlayerRecordFilled } from '@tabler/icons-react'
import classes from './RecordButton.module.css'

type Action = 'start' | 'pause' | 'resume'

const LABEL: Record<Action, string> = { start: 'Start', pause: 'Pause', resume: 'Resume' }
const SPOKEN: Record<Action, string> = {
  start: 'Start recording',
  pause: 'Pause recording',
  resume: 'Resume recording',
}
const ICON = { start: IconMicrophone, pause: IconPlayerPauseFilled, resume: IconPlayerRecordFilled }

/** The one large button; red only while sound is being kept. */
export function RecordButton(props: {
  action: Action
  onPress: () => void
  disabledReason?: string | null
  isBusy?: boolean
  /** Pressed while it cannot start: show what is missing. */
  onRefused?: () => void
}) {
  const { action, disabledReason, isBusy = false } = props
  const Icon = ICON[action]
  const isDisabled = Boolean(disabledReason) || isBusy
  return (
    <div className={classes.place} data-action={action}>
      <UnstyledButton
        className={classes.button}
        data-action={action}
        data-disabled={isDisabled || undefined}
        aria-disabled={isDisabled}
        aria-label={SPOKEN[action]}
        aria-describedby={disabledReason ? 'record-refusal' : undefined}
        onClick={() => {
          if (!isDisabled) props.onPress()
          else if (!isBusy) props.onRefused?.()
        }}
      >
        {action === 'pause' && <span className={classes.ring} aria-hidden />}
        <Icon size={34} aria-hidden />
      </UnstyledButton>
      <div className={classes.words}>
        <span className={classes.label} aria-hidden>
          {isBusy ? 'One moment' : LABEL[action]}
        </span>
        {disabledReason && (
          <p className={classes.reason} id="record-refusal">
            {disabledReason}
          </p>
        )}
      </div>
    </div>
  )
}
