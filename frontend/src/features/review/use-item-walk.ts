import { type RefObject, useMemo, useRef, useState } from 'react'
import type { Note, OpenItem } from './model/types'
import { shortClock } from './model/words'
import { copyFocusedSection } from './note/copy-focused-section'
import { type ReviewItem, reviewItems } from './note/review-items'
import { headingElementId } from './note/SectionView'
import { sentenceElementId } from './note/SentenceRow'
import type { Player } from './player/player'
import type { Review } from './use-review'

const LEAD_MS = 700

/** Going from one thing worth a look to the next, and from section to section. `words` says where one has come. */
export function useItemWalk(given: {
  review: Review
  note: Note | null
  player: Player
  markRisky: boolean
  screen: RefObject<HTMLElement | null>
}) {
  const { review, note, player, markRisky, screen } = given
  const { index } = review
  const items = useMemo(() => reviewItems(note, index, markRisky), [note, index, markRisky])
  const at = useRef(-1)
  const [words, setWords] = useState('')

  const jump = (item: OpenItem): void => {
    review.setSide('note')
    // After the panel or tab that was open has given the note its place back.
    requestAnimationFrame(() => {
      const id = item.sentence_id !== null ? sentenceElementId(item.sentence_id) : null
      const target = document.getElementById(id ?? headingElementId(item.section_key ?? ''))
      target?.scrollIntoView({ block: 'center' })
      target?.focus({ preventScroll: true })
    })
  }
  const goTo = (item: ReviewItem, place: number): void => {
    const count = `${place + 1} of ${items.length}`
    if (item.kind === 'open') {
      jump(item.item)
      setWords(`${count}: ${item.item.message}`)
      return
    }
    review.show(item.turn)
    review.highlighter.set('current-find', [item])
    player.seek(Math.max(0, item.startMs - LEAD_MS))
    setWords(
      `${count}: unsure word "${item.word.replace(/[.,;:?!]+$/, '')}" at ${shortClock(item.startMs)}. Press K to hear it.`,
    )
  }
  const step = (by: 1 | -1): void => {
    if (items.length === 0) {
      setWords('Nothing is left to look at.')
      return
    }
    at.current =
      at.current < 0 ? (by === 1 ? 0 : items.length - 1) : (at.current + by + items.length) % items.length
    const item = items[at.current]
    if (item !== undefined) goTo(item, at.current)
  }
  const stepSection = (by: 1 | -1): void => {
    const headings = [...(screen.current?.querySelectorAll<HTMLElement>('[data-section]') ?? [])]
    const here = document.activeElement
      ?.closest('section[aria-labelledby^="section-"]')
      ?.querySelector<HTMLElement>('[data-section]')
    const now = here ? headings.indexOf(here) : -1
    const next = headings[now < 0 ? (by === 1 ? 0 : headings.length - 1) : now + by]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
  }
  const editTurn = (): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-row]') ?? currentRow(screen.current)
    row?.dispatchEvent(new CustomEvent('correct-turn', { bubbles: true }))
  }
  const copySection = (): void => {
    if (!copyFocusedSection()) setWords('Go to a section first, with the keys [ and ].')
  }
  return { words, step, stepSection, editTurn, copySection, jump }
}

function currentRow(screen: HTMLElement | null): HTMLElement | null {
  const row = (current: string) => screen?.querySelector<HTMLElement>(`[data-row][aria-current="${current}"]`)
  return row('location') ?? row('true') ?? null
}
