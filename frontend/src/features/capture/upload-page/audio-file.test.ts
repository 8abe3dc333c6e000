import { describe, expect, it } from 'vitest'
import { ACCEPTED, fileSize, refusalOfBytes, refusalOfFile } from './audio-file'

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

describe('the first bytes of a file', () => {
  it('give away a text that was renamed', async () => {
    expect(await refusalOfBytes(new Blob(['Dear colleague, thank you for']))).toContain('something else')
  })

  it.each([
    ['webm', [0x1a, 0x45, 0xdf, 0xa3]],
    ['mp4', [0, 0, 0, 28, 0x66, 0x74, 0x79, 0x70]],
    ['mp3 without a tag', [0xff, 0xfb, 0x90, 0x64]],
    ['wav', [0x52, 0x49, 0x46, 0x46]],
  ])('let %s pass; the server looks closer', async (_, bytes) => {
    expect(await refusalOfBytes(new Blob([new Uint8Array(bytes)]))).toBeNull()
  })
})
