import { Button, Select } from '@mantine/core'
import { IconMicrophone } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useCapture, useMicrophone } from '../CaptureProvider'
import { LevelBar } from '../record/LevelBar'
import type { MicrophoneState } from '../recorder/microphone'
import classes from './MicrophonePicker.module.css'
import { PermissionSteps } from './PermissionSteps'

/** Which microphone, and whether it hears anything. */
export function MicrophonePicker({ label, hasLevel = true }: { label: string; hasLevel?: boolean }) {
  const capture = useCapture()
  const state = useMicrophone()

  useEffect(() => {
    // Where the browser will not ask, the level shows at once.
    void capture.microphone.isPermitted().then((isPermitted) => {
      if (isPermitted && capture.microphone.state.kind === 'closed') void capture.microphone.open()
    })
  }, [capture])

  if (state.kind === 'open') {
    return (
      <div className={classes.picker}>
        <Select
          label={label}
          data={optionsOf(state)}
          value={state.deviceId}
          onChange={(deviceId) => deviceId && void capture.switchMicrophone(deviceId)}
          w="100%"
        />
        {hasLevel && <LevelBar />}
      </div>
    )
  }
  return (
    <div className={classes.picker}>
      <p className={classes.label}>{label}</p>
      {state.kind === 'trouble' && <PermissionSteps trouble={state.trouble} />}
      {!(state.kind === 'trouble' && state.trouble === 'insecure') && (
        <Button
          variant="default"
          leftSection={<IconMicrophone size={16} aria-hidden />}
          loading={state.kind === 'asking'}
          onClick={() => void capture.microphone.open()}
        >
          {state.kind === 'trouble' ? 'Try again' : 'Allow and test the microphone'}
        </Button>
      )}
    </div>
  )
}

function optionsOf(state: Extract<MicrophoneState, { kind: 'open' }>): { value: string; label: string }[] {
  const options = state.devices.map(({ deviceId, label }) => ({ value: deviceId, label }))
  // Some browsers hide the list until later, or name the open device differently in it.
  const isListed = options.some((option) => option.value === state.deviceId)
  return isListed ? options : [{ value: state.deviceId, label: state.label || 'Microphone' }, ...options]
}
