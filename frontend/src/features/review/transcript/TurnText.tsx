import { useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { type Highlighter, paintsRanges } from './highlighter'
import { segments } from './segments'
import classes from './Transcript.module.css'

interface TurnTextProps {
  turn: number
  text: string
  language: string
  highlighter: Highlighter
}

/** The words of a turn: one text node, on which marks are painted. */
export function TurnText(props: TurnTextProps) {
  return paintsRanges() ? <PaintedText {...props} /> : <ElementText {...props} />
}

function PaintedText({ turn, text, language, highlighter }: TurnTextProps) {
  const paragraph = useRef<HTMLParagraphElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text moves the ends of ranges, so they are made anew
  useLayoutEffect(() => {
    const node = paragraph.current?.firstChild
    return node instanceof Text ? highlighter.attach(turn, node) : undefined
  }, [highlighter, turn, text])
  return (
    <p ref={paragraph} className={classes.text} lang={language} data-turn={turn}>
      {text}
    </p>
  )
}

function ElementText({ turn, text, language, highlighter }: TurnTextProps) {
  const spans = useSyncExternalStore(
    (listener) => highlighter.listen(turn, listener),
    () => highlighter.spansOf(turn),
  )
  let at = 0
  return (
    <p className={classes.text} lang={language} data-turn={turn}>
      {segments(text, spans).map((segment) => {
        const key = at
        at += segment.text.length
        if (segment.marks.length === 0) return segment.text
        return (
          <span key={key} className={segment.marks.map((mark) => classes[mark]).join(' ')}>
            {segment.text}
          </span>
        )
      })}
    </p>
  )
}
