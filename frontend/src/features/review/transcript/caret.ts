/** The character of an element's text under a point of the screen; null when the point is on no text of it. */
export function offsetAtPoint(element: HTMLElement, x: number, y: number): number | null {
  const caret = caretAt(x, y)
  if (caret === null || !element.contains(caret.node)) return null
  const before = document.createRange()
  before.setStart(element, 0)
  before.setEnd(caret.node, caret.offset)
  return before.toString().length
}

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  if ('caretPositionFromPoint' in document) {
    const position = document.caretPositionFromPoint(x, y)
    return position === null ? null : { node: position.offsetNode, offset: position.offset }
  }
  const range = olderBrowser(document).caretRangeFromPoint?.(x, y) ?? null
  return range === null ? null : { node: range.startContainer, offset: range.startOffset }
}

// Safari before 26 knows only this one.
function olderBrowser(page: Document): Pick<Document, 'caretRangeFromPoint'> {
  return page
}
