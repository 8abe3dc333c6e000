import { shortDay, timeOfDay } from '~/lib/time'

/** "14:55" today, "22 Nov, 14:55" on another day: when what is left here was recorded, by this device's clock. */
export function whenFound(startedAt: number, now: Date = new Date()): string {
  const iso = new Date(startedAt).toISOString()
  const isToday = new Date(startedAt).toDateString() === now.toDateString()
  return isToday ? timeOfDay(iso) : `${shortDay(iso, now)}, ${timeOfDay(iso)}`
}
