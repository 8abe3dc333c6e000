import type { Schema } from '~/api/client'
import { length } from '~/lib/time'

export type Usage = Schema<'UsageRead'>
export type Month = Usage['months'][number]
export type Kind = Month['lines'][number]['kind']

export const KIND_NAMES: Record<Kind, string> = {
  transcription: 'Transcripts',
  captions: 'Live captions',
  language_model: 'Language model',
}
export const KINDS: Kind[] = ['transcription', 'captions', 'language_model']
const MICROCENTS = 1_000_000

/** "$12.30"; "under $0.01" where there is something, but no cent. */
export function money(microcents: number): string {
  const cents = microcents / MICROCENTS
  return cents > 0 && cents < 1 ? 'under $0.01' : `$${(cents / 100).toFixed(2)}`
}

/** "1 h 5 min" of audio, "12,345 tokens", or null where a month had none of this kind. */
export function amount(month: Month, kind: Kind): string | null {
  const of = month.lines.filter((line) => line.kind === kind)
  if (of.length === 0) return null
  return of
    .map(({ unit, quantity }) =>
      unit === 'seconds' ? length(quantity * 1000) : `${quantity.toLocaleString('en-GB')} tokens`,
    )
    .join(', ')
}

/** "November 2026" of a month's first day. */
export function monthName(first: string): string {
  return new Date(`${first}T00:00:00Z`).toLocaleDateString('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}

/** "1 December": when the next month's budget begins. */
export function nextMonthBegins(first: string): string {
  const date = new Date(`${first}T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() + 1)
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
}

/** How the month stands to its budget; null where nothing needs saying. */
export function budgetNotice(usage: Usage): string | null {
  const first = usage.months[0]?.month
  if (usage.level === 'within' || !first) return null
  if (usage.level === 'warned')
    return `${percent(usage.share)} of this month’s budget for cloud services is used.`
  return (
    'This month’s budget for cloud services is used up. Recording goes on, and nothing new is sent to them ' +
    `until ${nextMonthBegins(first)} or until the budget is raised.`
  )
}

/** "92 %", rounded down: no budget looks used up before it is. */
export function percent(share: number | null): string {
  return `${Math.floor((share ?? 0) * 100)} %`
}

/** The months to list: this one, and those before it back to the first with any use. */
export function monthsToShow(months: Month[]): Month[] {
  const oldest = months.findLastIndex((month) => month.lines.length > 0)
  return months.slice(0, Math.max(1, oldest + 1))
}
