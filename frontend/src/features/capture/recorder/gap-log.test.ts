import { describe, expect, it } from 'vitest'
import type { Gap } from '../journal/types'
import { GapLog } from './gap-log'

describe('gaps', () => {
  it('are declared once, when they end', () => {
    const declared: Gap[] = []
    const log = new GapLog((gap) => declared.push(gap))

    log.begin('muted', 1000.4)
    log.begin('muted', 2000)
    log.end('muted', 3000.2)
    log.end('muted', 4000)

    expect(declared).toEqual([{ kind: 'muted', start_ms: 1000, end_ms: 3000 }])
  })

  it('all end with the recording', () => {
    const declared: Gap[] = []
    const log = new GapLog((gap) => declared.push(gap))

    log.begin('paused', 10)
    log.begin('silent', 5)
    log.endAll(20)

    expect(declared.map(({ kind, end_ms }) => [kind, end_ms])).toEqual([
      ['paused', 20],
      ['silent', 20],
    ])
  })
})
