import { Button } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import { clock } from '~/lib/time'
import type { DocumentSection, DocumentSentence } from '../model/types'
import type { Draft } from '../note/autosave'
import type { NoteDrafts } from '../note/note-drafts'
import { SectionEditor } from '../note/SectionEditor'
import { SetAside } from '../note/SetAside'
import { sectionText } from '../note/section-text'
import classes from './Patient.module.css'

/** A section of a document: read with the sources of each sentence, or typed in as plain text. */
export function DocumentSectionView(props: {
  section: DocumentSection
  draft: Draft | undefined
  setAside: string | undefined
  /** Null where nobody may type. */
  drafts: NoteDrafts | null
}) {
  const { section, draft, setAside, drafts } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const id = useId()
  const [caret, setCaret] = useState<number | null>(null)
  if (section.sentences.length === 0 && drafts === null) return null

  const open = (): void => {
    const base = sectionText(section)
    setCaret(base.length)
    drafts?.dispatch({ kind: 'opened', section: section.key, base })
  }
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 ref={heading} id={id} tabIndex={-1}>
          {section.title}
        </h2>
        {drafts !== null && draft === undefined ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden />}
            aria-label={`Edit ${section.title}`}
            onClick={open}
          >
            Edit
          </Button>
        ) : null}
      </div>
      {draft !== undefined && drafts !== null ? (
        <SectionEditor
          sectionKey={section.key}
          title={section.title}
          draft={draft}
          drafts={drafts}
          caret={draft.open ? caret : null}
          onLeave={() => heading.current?.focus()}
        />
      ) : (
        <ul className={classes.sentences}>
          {section.sentences.map((sentence) => (
            <li key={sentence.id}>
              <p>{sentence.text}</p>
              <Origin sentence={sentence} />
            </li>
          ))}
          {section.sentences.length === 0 ? <li className={classes.empty}>Empty</li> : null}
        </ul>
      )}
      {setAside === undefined || drafts === null ? null : (
        <SetAside section={section} text={setAside} drafts={drafts} />
      )}
    </section>
  )
}

/** What a sentence rests on, folded; or in words why it rests on nothing. */
function Origin({ sentence }: { sentence: DocumentSentence }) {
  const by = sentence.author_name === null ? '' : ` by ${sentence.author_name}`
  if (sentence.sources.length === 0) {
    const words = sentence.origin === 'added' ? `added${by}` : `fixed words${by && `, edited${by}`}`
    return <p className={classes.origin}>{words}</p>
  }
  return (
    <details className={classes.origin}>
      <summary>
        From {places(sentence)}
        {sentence.origin === 'edited' ? `, edited${by}` : ''}
      </summary>
      <ul>
        {sentence.sources.map((source) => (
          <li key={source.id}>
            <p>
              {source.place}: {source.text}
            </p>
            {source.evidence.map((span) => (
              <p key={`${span.utterance} ${span.start_ms}`}>
                {clock(span.start_ms)} “{span.quote}”
              </p>
            ))}
          </li>
        ))}
      </ul>
    </details>
  )
}

function places(sentence: DocumentSentence): string {
  return [...new Set(sentence.sources.map((source) => source.place))].join(' and ')
}
