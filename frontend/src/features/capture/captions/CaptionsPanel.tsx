import { Button } from '@mantine/core'
import { IconBadgeCc } from '@tabler/icons-react'
import { useSavePreferences } from '~/api/save-preferences'
import { usePreferences } from '~/api/session'
import classes from './CaptionsPanel.module.css'
import { type Captions, type CaptionTurn, shown } from './captions'
import { useCaptions } from './use-captions'

/** What is being said, as far as it is heard: for a look now and then, until the transcript replaces it. */
export function CaptionsPanel({ consultationId }: { consultationId: string }) {
  const preferences = usePreferences()
  const { mutate } = useSavePreferences()
  if (!preferences.show_captions) {
    return (
      <Button
        variant="subtle"
        leftSection={<IconBadgeCc size={16} aria-hidden />}
        onClick={() => mutate({ ...preferences, show_captions: true })}
      >
        Show captions
      </Button>
    )
  }
  return (
    <OpenCaptions
      consultationId={consultationId}
      isAnnounced={preferences.announce_captions}
      onHide={() => mutate({ ...preferences, show_captions: false })}
    />
  )
}

function OpenCaptions(props: { consultationId: string; isAnnounced: boolean; onHide: () => void }) {
  const captions = useCaptions(props.consultationId)
  if (captions.state === 'off') return null
  const turns = shown(captions)
  const note = noteOf(captions)
  return (
    <section className={classes.panel} aria-labelledby="captions-title">
      <div className={classes.head}>
        <h2 id="captions-title" className={classes.title}>
          Captions
        </h2>
        <Button variant="subtle" size="compact-sm" onClick={props.onHide}>
          Hide captions
        </Button>
      </div>
      {turns.length > 0 && (
        <ol className={classes.turns} aria-live={props.isAnnounced ? 'polite' : 'off'}>
          {turns.map((turn) => (
            <Turn key={turn.number} turn={turn} />
          ))}
        </ol>
      )}
      {note && <p className={classes.note}>{note}</p>}
      <p className={classes.note}>Captions are provisional; the transcript replaces them.</p>
    </section>
  )
}

function Turn({ turn }: { turn: CaptionTurn }) {
  return (
    <li className={classes.turn} data-final={turn.is_final}>
      {turn.speaker && <span className={classes.speaker}>Voice {turn.speaker}</span>} {turn.text}
    </li>
  )
}

/** What is to be said of how it goes; nothing where all is well and words are on the screen. */
function noteOf({ state, message, isBehind, turns }: Captions): string | null {
  switch (state) {
    case 'listening':
      if (isBehind) return 'Captions are late: the server is busy. Nothing of the recording is lost.'
      return turns.length > 0 ? null : 'Listening.'
    case 'unavailable':
      return message
    case 'lost':
      return 'Captions are interrupted. Recording goes on, and they come back by themselves.'
    case 'starting':
      return 'Captions begin in a moment.'
    case 'waiting':
    case 'ended':
    case 'off':
      return null
  }
}
