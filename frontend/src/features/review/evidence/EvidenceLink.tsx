import { UnstyledButton } from '@mantine/core'
import { clock } from '~/lib/time'
import type { Evidence } from '../model/types'
import { evidenceName } from '../model/words'
import classes from './Evidence.module.css'
import { useIsPinned } from './evidence-store'

interface EvidenceLinkProps {
  evidence: Evidence
  sentenceId: string
  place: number
  speaker: string | null
  onPin: (sentenceId: string, place: number) => void
  onPlay: (evidence: Evidence) => void
}

/** A sentence's link to the moment that it came from. Enter or a click pins it, Shift+Enter plays it. */
export function EvidenceLink(props: EvidenceLinkProps) {
  const { evidence, sentenceId, place, speaker, onPin, onPlay } = props
  const isPinned = useIsPinned(sentenceId, place)
  return (
    <UnstyledButton
      className={classes.link}
      data-place={place}
      aria-label={evidenceName(evidence, speaker)}
      aria-pressed={isPinned}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.shiftKey) return
        event.preventDefault()
        onPlay(evidence)
      }}
      onClick={(event) => (event.shiftKey ? onPlay(evidence) : onPin(sentenceId, place))}
    >
      {clock(evidence.start_ms)}
    </UnstyledButton>
  )
}
