import { expect, it } from 'vitest'
import { atVendor } from './at-vendor'

it('says how many recordings are at the vendor, and how many are being deleted there', () => {
  expect(atVendor({ under_way: 1, undeleted: 0 })).toBe('1 recording is at AssemblyAI now.')
  expect(atVendor({ under_way: 2, undeleted: 1 })).toBe(
    '2 recordings are at AssemblyAI now. 1 recording is done, and being deleted there.',
  )
})

it('says nothing where there is nothing', () => {
  expect(atVendor({ under_way: 0, undeleted: 0 })).toBeNull()
})
