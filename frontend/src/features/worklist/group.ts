import { isSameDay } from '~/lib/time'

interface Started {
  started_at: string
}

/** A heading of the list and what stands under it. */
export interface Group<Row> {
  title: 'Today' | 'Earlier'
  rows: Row[]
}

/** Splits a list, newest first, at midnight of the clinic's time zone; empty groups are left out. */
export function groupByDay<Row extends Started>(
  rows: readonly Row[],
  now: Date,
  timeZone: string,
): Group<Row>[] {
  const isToday = (row: Row) => isSameDay(new Date(row.started_at), now, timeZone)
  const groups: Group<Row>[] = [
    { title: 'Today', rows: rows.filter(isToday) },
    { title: 'Earlier', rows: rows.filter((row) => !isToday(row)) },
  ]
  return groups.filter((group) => group.rows.length > 0)
}
