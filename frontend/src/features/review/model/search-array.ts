/** The index of the last item whose `start` is at or before `at`; -1 when there is none. `starts` ascends. */
export function lastAtOrBefore(starts: ArrayLike<number>, at: number): number {
  let low = 0
  let high = starts.length - 1
  let found = -1
  while (low <= high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= at) {
      found = middle
      low = middle + 1
    } else {
      high = middle - 1
    }
  }
  return found
}
