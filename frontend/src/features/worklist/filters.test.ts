import { describe, expect, it } from 'vitest'
import { readSearch } from './filters'

describe('the worklist’s part of the URL', () => {
  it('reads a filter and a search', () => {
    expect(readSearch({ filter: 'review', q: 'okafor' })).toEqual({ filter: 'review', q: 'okafor' })
  })

  it('leaves out what it does not know, rather than failing', () => {
    expect(readSearch({ filter: 'everything', q: 7, page: 2 })).toEqual({})
    expect(readSearch({ q: 'x'.repeat(101) })).toEqual({})
    expect(readSearch({ q: '' })).toEqual({})
  })
})
