import type { Span } from './turn-words'

/** A piece of a turn's text and the marks that lie on it. */
export interface Segment {
  text: string
  marks: readonly string[]
}

/** A mark on a stretch of text. */
export interface MarkedSpan extends Span {
  mark: string
}

/** Cut a text at the borders of its marks: for browsers that cannot paint highlights without elements. */
export function segments(text: string, spans: readonly MarkedSpan[]): Segment[] {
  const borders = new Set([0, text.length])
  for (const span of spans) {
    borders.add(clamp(span.from, text.length))
    borders.add(clamp(span.to, text.length))
  }
  const cuts = [...borders].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, index) => {
    const to = cuts[index + 1] ?? text.length
    const marks = spans.filter((span) => span.from <= from && span.to >= to).map((span) => span.mark)
    return { text: text.slice(from, to), marks: [...new Set(marks)] }
  })
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}
