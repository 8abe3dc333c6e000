import { VisuallyHidden } from '@mantine/core'
import { type DiffLine, diffLines } from './diff'
import classes from './Note.module.css'

/** What changed from an older text to a newer one: struck out, underlined, and said in words. */
export function DiffText({ older, newer }: { older: string; newer: string }) {
  const lines = diffLines(older, newer)
  if (lines.length === 0) return <p className={classes.empty}>Empty</p>
  return (
    <div className={classes.diff}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a difference have no identity but their place
        <DiffLineView key={index} line={line} />
      ))}
    </div>
  )
}

function DiffLineView({ line }: { line: DiffLine }) {
  const pieces = line.kind === 'changed' ? line.pieces : [line]
  return (
    <p>
      {pieces.map((piece, index) => {
        if (piece.kind === 'removed') return removed(piece.text, index)
        if (piece.kind === 'added') return added(piece.text, index)
        return piece.text
      })}
    </p>
  )
}

function removed(text: string, key: number) {
  return (
    <del key={key}>
      <VisuallyHidden>removed: </VisuallyHidden>
      {text}
    </del>
  )
}

function added(text: string, key: number) {
  return (
    <ins key={key}>
      <VisuallyHidden>added: </VisuallyHidden>
      {text}
    </ins>
  )
}
