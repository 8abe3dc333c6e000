import { Button, Group, Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { listMicrophones } from '~/lib/microphone'
import { LevelMeter } from './LevelMeter'
import classes from './MicrophoneTest.module.css'
import { microphoneProblem, type OpenMicrophone, openMicrophone } from './microphone'

const SAMPLE_MS = 4000

type State =
  | { kind: 'closed' }
  | { kind: 'failed'; message: string }
  | { kind: 'listening' | 'recording'; microphone: OpenMicrophone }

/** Shows the level of a microphone and plays back what it heard. Nothing is kept or sent. */
export function MicrophoneTest() {
  const [state, setState] = useState<State>({ kind: 'closed' })
  const [devices, setDevices] = useState<{ value: string; label: string }[]>([])
  const [sample, setSample] = useState<string | null>(null)
  const microphone = 'microphone' in state ? state.microphone : null
  useCleanUp(microphone, sample)

  const open = async (deviceId: string | null) => {
    microphone?.close()
    try {
      const opened = await openMicrophone(deviceId)
      setState({ kind: 'listening', microphone: opened })
      const found = await listMicrophones()
      setDevices(found.map(({ deviceId: value, label }) => ({ value, label })))
    } catch (error) {
      setState({ kind: 'failed', message: microphoneProblem(error) })
    }
  }
  const record = async (from: OpenMicrophone) => {
    setState({ kind: 'recording', microphone: from })
    const url = await from.sample(SAMPLE_MS).catch(() => null)
    setSample(url)
    setState({ kind: 'listening', microphone: from })
  }

  if (!microphone)
    return (
      <>
        {state.kind === 'failed' && <p role="alert">{state.message}</p>}
        <Button variant="default" onClick={() => void open(null)}>
          Test microphone
        </Button>
      </>
    )
  return (
    <div className={classes.test}>
      <Select
        label="Microphone"
        data={devices}
        value={devices.find((device) => device.label === microphone.label)?.value ?? null}
        onChange={(id) => void open(id)}
      />
      <LevelMeter level={microphone.level} />
      <Group gap="xs">
        <Button
          variant="default"
          loading={state.kind === 'recording'}
          loaderProps={{ children: 'Listening…' }}
          onClick={() => void record(microphone)}
        >
          Record 4 seconds
        </Button>
        <Button
          variant="subtle"
          onClick={() => {
            microphone.close()
            setState({ kind: 'closed' })
          }}
        >
          Stop test
        </Button>
      </Group>
      {sample && <Playback url={sample} />}
    </div>
  )
}

function Playback({ url }: { url: string }) {
  // biome-ignore lint/a11y/useMediaCaption: one's own voice of a moment ago has no captions
  return <audio className={classes.audio} controls src={url} aria-label="What the microphone heard" />
}

function useCleanUp(microphone: OpenMicrophone | null, sample: string | null): void {
  const open = useRef(microphone)
  open.current = microphone

  useEffect(() => () => open.current?.close(), [])
  useEffect(() => () => (sample ? URL.revokeObjectURL(sample) : undefined), [sample])
}
