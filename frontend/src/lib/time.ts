/** "02:19", or "1:02:19" from an hour on: a position in a recording. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor(total / 60) % 60
  const seconds = String(total % 60).padStart(2, '0')
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${String(minutes).padStart(2, '0')}:${seconds}`
}

/** "24 min", "1 h 5 min", "40 s": how long something took. */
export function length(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** "2 minutes 33", for screen readers that would read 02:33 as a time of day. */
export function spokenClock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor(total / 60) % 60
  const seconds = total % 60
  const unit = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  return [hours && unit(hours, 'hour'), minutes && unit(minutes, 'minute'), unit(seconds, 'second')]
    .filter(Boolean)
    .join(' ')
}

/** "10:42" in the clinic's time zone. */
export function timeOfDay(iso: string, timeZone?: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone })
}

/** "23 Nov 2026" in the clinic's time zone. */
export function day(iso: string, timeZone?: string): string {
  return new Date(iso).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone,
  })
}

/** "23 Nov" in the year of `now`, "23 Nov 2025" else. */
export function shortDay(iso: string, now: Date, timeZone?: string): string {
  const full = day(iso, timeZone)
  const thisYear = now.toLocaleDateString('en-GB', { year: 'numeric', timeZone })
  return full.endsWith(` ${thisYear}`) ? full.slice(0, -5) : full
}

/** "23 Nov 2026, 10:42". */
export function dayAndTime(iso: string, timeZone?: string): string {
  return `${day(iso, timeZone)}, ${timeOfDay(iso, timeZone)}`
}

/** True when both moments fall on the same calendar day of the time zone. */
export function isSameDay(one: Date, other: Date, timeZone?: string): boolean {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone })
  return format.format(one) === format.format(other)
}

/** Whole years from a birth date ("1968-02-11") to a day. */
export function ageInYears(birthDate: string, on: Date): number {
  const [year = 0, month = 1, date = 1] = birthDate.split('-').map(Number)
  const hadBirthday = on.getMonth() + 1 > month || (on.getMonth() + 1 === month && on.getDate() >= date)
  return on.getFullYear() - year - (hadBirthday ? 0 : 1)
}
