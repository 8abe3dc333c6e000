import { ActionIcon, Button, Menu } from '@mantine/core'
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward5,
  IconRewindForward5,
} from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { clock } from '~/lib/time'
import classes from './PlayerBar.module.css'
import { type Player, RATES } from './player'
import { SeekBar } from './SeekBar'
import { usePlayer, usePlayerState } from './use-player'

/** The player at the bottom of the review screen. `marks` leads to what was marked while recording. */
export function PlayerBar(props: { recordingId: string; ready: boolean; marks: ReactNode }) {
  const { recordingId, ready, marks } = props
  const player = usePlayer()
  const { playing, problem } = usePlayerState(player)
  return (
    <section className={classes.bar} aria-label="Player">
      <Button
        variant="default"
        className={classes.play}
        disabled={!ready}
        onClick={() => player.toggle()}
        leftSection={playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
      >
        {playing ? 'Pause' : 'Play'}
      </Button>
      <ActionIcon
        className={classes.skip}
        aria-label="Back 5 seconds"
        disabled={!ready}
        onClick={() => player.skip(-5000)}
      >
        <IconRewindBackward5 size={20} />
      </ActionIcon>
      <ActionIcon
        className={classes.skip}
        aria-label="Forward 5 seconds"
        disabled={!ready}
        onClick={() => player.skip(5000)}
      >
        <IconRewindForward5 size={20} />
      </ActionIcon>
      <TimeLabel player={player} />
      <SeekBar recordingId={recordingId} ready={ready} />
      {marks}
      <RateMenu player={player} />
      {problem === null ? (
        <span className={classes.hint}>
          {ready ? 'Space play, J/L 5 s, ? shortcuts' : 'The recording is not ready to play yet'}
        </span>
      ) : (
        <span className={classes.problem} role="alert">
          {problem}
        </span>
      )}
    </section>
  )
}

function TimeLabel({ player }: { player: Player }) {
  const { durationMs } = usePlayerState(player)
  const now = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const show = (ms: number): void => {
      if (now.current !== null) now.current.textContent = clock(ms)
    }
    show(player.timeMs)
    return player.onTime(show)
  }, [player])
  return (
    <span className={classes.time}>
      <span ref={now}>00:00</span>
      <span className={classes.total}> / {clock(durationMs)}</span>
    </span>
  )
}

function RateMenu({ player }: { player: Player }) {
  const { rate } = usePlayerState(player)
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button variant="default" className={classes.rate} aria-label={`Speed ${rate}x`}>
          {rate}x
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {RATES.map((candidate) => (
          <Menu.Item
            key={candidate}
            role="menuitemradio"
            aria-checked={candidate === rate}
            onClick={() => player.setRate(candidate)}
          >
            {candidate}x{candidate === rate ? ' (now)' : ''}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
