import { describe, expect, it } from 'vitest'
import { ACCEPTED, fileSize, refusalOfFile } from './audio-file'

describe('a picked file', () => {
  it.each(ACCEPTED)('may be %s, whatever the case of its ending', (extension) => {
    expect(refusalOfFile({ name: `visit.${extension.toUpperCase()}`, size: 4096 })).toBeNull()
  })

  it.each([
    ['notes.pdf', 4096, 'none of these'],
    ['wav', 4096, 'none of these'],
    ['visit.mp3', 0, 'empty'],
    ['visit.mp3', 100, 'too small'],
    ['visit.wav', 3 * 1024 ** 3, 'larger than 2 GB'],
  ])('%s of %i bytes is refused in plain words', (name, size, words) => {
    expect(refusalOfFile({ name, size })).toContain(words)
  })

  it('has its size printed for people', () => {
    expect(fileSize(500)).toBe('1 kB')
    expect(fileSize(13_000_000)).toBe('12.4 MB')
  })
})
