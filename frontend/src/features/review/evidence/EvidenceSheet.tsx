import { Button, Drawer } from '@mantine/core'
import { IconPlayerPlayFilled } from '@tabler/icons-react'
import type { Evidence, Utterance } from '../model/types'
import { shortClock, speakerName } from '../model/words'
import classes from './Evidence.module.css'

interface EvidenceSheetProps {
  evidence: readonly Evidence[]
  turnOf: (evidence: Evidence) => Utterance | undefined
  doctorName: string
  onPlay: (evidence: Evidence) => void
  onShow: (evidence: Evidence) => void
  onClose: () => void
}

/** On a phone: the words that a sentence came from, from the bottom of the screen. */
export function EvidenceSheet(props: EvidenceSheetProps) {
  const { evidence, turnOf, doctorName, onPlay, onShow, onClose } = props
  return (
    <Drawer
      opened={evidence.length > 0}
      onClose={onClose}
      position="bottom"
      size="auto"
      title="Evidence"
      classNames={{ content: classes.sheet }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {evidence.map((item) => {
        const turn = turnOf(item)
        return (
          <section key={`${item.utterance} ${item.start_ms}`}>
            <h3 className={classes.speaker}>
              {turn === undefined ? '' : `${speakerName(turn, doctorName)}, `}
              {shortClock(item.start_ms)}
            </h3>
            <p className={classes.quote}>
              <Quoted text={turn?.text ?? item.quote} quote={item.quote} />
            </p>
            <div className={classes.actions}>
              <Button
                leftSection={<IconPlayerPlayFilled size={16} aria-hidden />}
                onClick={() => onPlay(item)}
              >
                Play
              </Button>
              <Button variant="default" onClick={() => onShow(item)}>
                Show in transcript
              </Button>
            </div>
          </section>
        )
      })}
    </Drawer>
  )
}

function Quoted({ text, quote }: { text: string; quote: string }) {
  const at = quote === '' ? -1 : text.indexOf(quote)
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{quote}</mark>
      {text.slice(at + quote.length)}
    </>
  )
}
