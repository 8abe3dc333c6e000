/** A piece of a difference: in both, only in the older, or only in the newer. */
export interface Piece {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** The difference between two lists, by their longest common subsequence. */
export function diffLists(older: readonly string[], newer: readonly string[]): Piece[] {
  const lengths = commonLengths(older, newer)
  const pieces: Piece[] = []
  let i = 0
  let j = 0
  while (i < older.length || j < newer.length) {
    const a = older[i]
    const b = newer[j]
    if (a !== undefined && b !== undefined && a === b) {
      pieces.push({ kind: 'same', text: a })
      i += 1
      j += 1
    } else if (a !== undefined && (b === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      pieces.push({ kind: 'removed', text: a })
      i += 1
    } else if (b !== undefined) {
      pieces.push({ kind: 'added', text: b })
      j += 1
    }
  }
  return pieces
}

/** The difference between two sentences, word by word, with like neighbours joined. */
export function diffWords(older: string, newer: string): Piece[] {
  const pieces: Piece[] = []
  for (const piece of diffLists(tokens(older), tokens(newer))) {
    const last = pieces[pieces.length - 1]
    if (last !== undefined && last.kind === piece.kind) last.text += piece.text
    else pieces.push({ ...piece })
  }
  return pieces
}

/** A line of a difference; a changed line carries the words that changed. */
export type DiffLine =
  | { kind: 'same' | 'removed' | 'added'; text: string }
  | { kind: 'changed'; pieces: Piece[] }

/** The difference between two texts, line by line: a line that became a similar one counts as changed. */
export function diffLines(older: string, newer: string): DiffLine[] {
  const pieces = diffLists(linesOf(older), linesOf(newer))
  const lines: DiffLine[] = []
  for (let from = 0; from < pieces.length; ) {
    const piece = pieces[from]
    if (piece === undefined) break
    if (piece.kind === 'same') {
      lines.push({ kind: 'same', text: piece.text })
      from += 1
      continue
    }
    let to = from
    while (to < pieces.length && pieces[to]?.kind !== 'same') to += 1
    lines.push(...paired(pieces.slice(from, to)))
    from = to
  }
  return lines
}

function paired(run: readonly Piece[]): DiffLine[] {
  const removed = run.filter((piece) => piece.kind === 'removed').map((piece) => piece.text)
  const added = run.filter((piece) => piece.kind === 'added').map((piece) => piece.text)
  const lines: DiffLine[] = []
  for (const text of removed) {
    const twin = added.findIndex((candidate) => likeness(text, candidate) >= 0.5)
    if (twin < 0) {
      lines.push({ kind: 'removed', text })
      continue
    }
    for (const before of added.splice(0, twin)) lines.push({ kind: 'added', text: before })
    lines.push({ kind: 'changed', pieces: diffWords(text, added.shift() ?? '') })
  }
  for (const text of added) lines.push({ kind: 'added', text })
  return lines
}

function likeness(a: string, b: string): number {
  const left = tokens(a).filter((token) => token.trim() !== '')
  const right = tokens(b).filter((token) => token.trim() !== '')
  const common = at(commonLengths(left, right), 0, 0)
  return (2 * common) / Math.max(1, left.length + right.length)
}

function tokens(text: string): string[] {
  return text.match(/\s+|[^\s]+/gu) ?? []
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}

function commonLengths(older: readonly string[], newer: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: older.length + 1 }, () => new Uint32Array(newer.length + 1))
  for (let i = older.length - 1; i >= 0; i -= 1) {
    for (let j = newer.length - 1; j >= 0; j -= 1) {
      const row = rows[i]
      if (row === undefined) continue
      row[j] =
        older[i] === newer[j] ? at(rows, i + 1, j + 1) + 1 : Math.max(at(rows, i + 1, j), at(rows, i, j + 1))
    }
  }
  return rows
}

function at(rows: readonly Uint32Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0
}
