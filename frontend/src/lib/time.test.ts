import { describe, expect, it } from 'vitest'
import { ageInYears, clock, day, isSameDay, length, shortDay, spokenClock, timeOfDay } from './time'

describe('times', () => {
  it('prints positions with two digits, and hours only when there are some', () => {
    expect(clock(139_000)).toBe('02:19')
    expect(clock(3_739_999)).toBe('1:02:19')
    expect(clock(-5)).toBe('00:00')
  })

  it('prints lengths in the largest unit that still says something', () => {
    expect(length(40_000)).toBe('40 s')
    expect(length(24 * 60_000)).toBe('24 min')
    expect(length(65 * 60_000)).toBe('1 h 5 min')
    expect(length(120 * 60_000)).toBe('2 h')
  })

  it('speaks positions in words', () => {
    expect(spokenClock(153_000)).toBe('2 minutes 33 seconds')
    expect(spokenClock(3_600_000)).toBe('1 hour 0 seconds')
  })

  it('shows days and times in the time zone of the clinic', () => {
    expect(timeOfDay('2026-11-23T23:30:00Z', 'Europe/Berlin')).toBe('00:30')
    expect(day('2026-11-23T23:30:00Z', 'Europe/Berlin')).toBe('24 Nov 2026')
    const [late, early] = [new Date('2026-11-23T23:30:00Z'), new Date('2026-11-24T05:00:00Z')]
    expect(isSameDay(late, early, 'Europe/Berlin')).toBe(true)
    expect(isSameDay(late, early, 'UTC')).toBe(false)
  })

  it('leaves out the year that it is', () => {
    const now = new Date('2026-11-23T10:00:00Z')

    expect(shortDay('2026-01-02T10:00:00Z', now, 'UTC')).toBe('2 Jan')
    expect(shortDay('2025-12-31T10:00:00Z', now, 'UTC')).toBe('31 Dec 2025')
  })

  it('counts a year of age from the birthday on', () => {
    expect(ageInYears('1968-11-24', new Date(2026, 10, 23))).toBe(57)
    expect(ageInYears('1968-11-23', new Date(2026, 10, 23))).toBe(58)
  })
})
