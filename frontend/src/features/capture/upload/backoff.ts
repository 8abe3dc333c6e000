const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long to wait before try `attempt` (from 1): doubling, capped, and never the same for all browsers. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}
