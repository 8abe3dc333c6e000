import type { TurnSpan } from '../evidence/evidence-spans'
import type { MarkedSpan } from './segments'

const MARKS = ['risky', 'found', 'evidence', 'current-find', 'playhead'] as const
export type Mark = (typeof MARKS)[number]

const HIGHLIGHT_PREFIX = 'scribe-'

/** Whether the browser can paint ranges without elements. */
export function paintsRanges(): boolean {
  return typeof CSS !== 'undefined' && 'highlights' in CSS && typeof Highlight !== 'undefined'
}

/**
 * Paints marks on the rows that are on screen. With CSS Custom Highlights a mark is a range over a row's one text
 * node: no DOM changes and nothing renders. Elsewhere, rows ask for their spans and draw elements.
 */
export class Highlighter {
  readonly #rows = new Map<number, Text>()
  readonly #spans = new Map<Mark, Map<number, MarkedSpan[]>>()
  readonly #listeners = new Map<number, () => void>()
  readonly #cached = new Map<number, readonly MarkedSpan[]>()
  readonly #paints = paintsRanges()
  readonly #stale = new Set<Mark>()

  /** Replace all spans of a mark. */
  set(mark: Mark, spans: readonly TurnSpan[]): void {
    const before = this.#spans.get(mark)
    const byTurn = new Map<number, MarkedSpan[]>()
    for (const { turn, from, to } of spans) {
      const known = byTurn.get(turn)
      if (known === undefined) byTurn.set(turn, [{ mark, from, to }])
      else known.push({ mark, from, to })
    }
    this.#spans.set(mark, byTurn)
    if (this.#paints) this.#paintSoon(mark)
    else this.#tell([...(before?.keys() ?? []), ...byTurn.keys()])
  }

  /** A row came on screen, or its text changed. Returns how to take it away. */
  attach(turn: number, node: Text): () => void {
    this.#rows.set(turn, node)
    this.#paintRow(turn)
    return () => {
      if (this.#rows.get(turn) !== node) return
      this.#rows.delete(turn)
      this.#paintRow(turn)
    }
  }

  /** Take all marks off the page. */
  clear(): void {
    this.#stale.clear()
    for (const mark of MARKS) {
      this.#spans.delete(mark)
      if (this.#paints) CSS.highlights.delete(HIGHLIGHT_PREFIX + mark)
    }
  }

  /** For rows that draw elements: the spans of a turn, the same array until they change. */
  spansOf(turn: number): readonly MarkedSpan[] {
    const known = this.#cached.get(turn)
    if (known !== undefined) return known
    const spans = MARKS.flatMap((mark) => this.#spans.get(mark)?.get(turn) ?? [])
    this.#cached.set(turn, spans)
    return spans
  }

  /** For rows that draw elements: be told when the spans of a turn change. */
  listen(turn: number, listener: () => void): () => void {
    this.#listeners.set(turn, listener)
    return () => this.#listeners.delete(turn)
  }

  #paintRow(turn: number): void {
    if (!this.#paints) return
    for (const mark of MARKS) if (this.#spans.get(mark)?.has(turn)) this.#paintSoon(mark)
  }

  // Thirty rows come and go in one frame of a fling; a mark is painted once for all of them, still before the frame.
  #paintSoon(mark: Mark): void {
    if (this.#stale.size === 0) queueMicrotask(() => this.#paintStale())
    this.#stale.add(mark)
  }

  #paintStale(): void {
    const marks = [...this.#stale]
    this.#stale.clear()
    for (const mark of marks) this.#paint(mark)
  }

  #paint(mark: Mark): void {
    const ranges: Range[] = []
    const byTurn = this.#spans.get(mark)
    if (byTurn !== undefined) {
      for (const [turn, node] of this.#rows) {
        for (const span of byTurn.get(turn) ?? []) ranges.push(rangeOf(node, span))
      }
    }
    const highlight = new Highlight(...ranges)
    highlight.priority = MARKS.indexOf(mark)
    CSS.highlights.set(HIGHLIGHT_PREFIX + mark, highlight)
  }

  #tell(turns: readonly number[]): void {
    for (const turn of new Set(turns)) {
      this.#cached.delete(turn)
      this.#listeners.get(turn)?.()
    }
  }
}

function rangeOf(node: Text, span: MarkedSpan): Range {
  const range = document.createRange()
  range.setStart(node, Math.min(span.from, node.length))
  range.setEnd(node, Math.min(span.to, node.length))
  return range
}
