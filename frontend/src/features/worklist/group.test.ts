import { describe, expect, it } from 'vitest'
import { groupByDay } from './group'

const NOW = new Date('2026-11-23T12:00:00Z')
const row = (started_at: string) => ({ started_at })

describe('grouping the worklist', () => {
  it('splits at midnight of the clinic, not of the browser', () => {
    const late = row('2026-11-22T23:30:00Z')

    expect(groupByDay([late], NOW, 'Europe/Berlin')).toEqual([{ title: 'Today', rows: [late] }])
    expect(groupByDay([late], NOW, 'UTC')).toEqual([{ title: 'Earlier', rows: [late] }])
  })

  it('keeps the order and leaves out empty groups', () => {
    const [newer, older] = [row('2026-11-23T11:00:00Z'), row('2026-11-23T09:00:00Z')]

    expect(groupByDay([newer, older], NOW, 'UTC')).toEqual([{ title: 'Today', rows: [newer, older] }])
    expect(groupByDay([], NOW, 'UTC')).toEqual([])
  })
})
