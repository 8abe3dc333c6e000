export const ACCEPTED = ['webm', 'ogg', 'opus', 'mp3', 'm4a', 'mp4', 'wav', 'flac', 'aac']

const MAX_BYTES = 2 * 1024 ** 3
/** Larger than any header with nothing behind it, smaller than any second of speech. */
const MIN_BYTES = 256

/** Why a file cannot be taken, in plain words; null when it can. The server looks closer. */
export function refusalOfFile(file: { name: string; size: number }): string | null {
  const extension = file.name.split('.').at(-1)?.toLowerCase() ?? ''
  if (!file.name.includes('.') || !ACCEPTED.includes(extension)) {
    return `Scribe takes audio as ${ACCEPTED.slice(0, -1).join(', ')} or ${ACCEPTED.at(-1)}. This file is none of these.`
  }
  if (file.size === 0) return 'This file is empty.'
  if (file.size < MIN_BYTES) return 'This file is too small to hold any speech.'
  if (file.size > MAX_BYTES) return 'This file is larger than 2 GB. Split it, or save it in a smaller format.'
  return null
}

const MAGIC: readonly [at: number, bytes: string][] = [
  [0, '\x1a\x45\xdf\xa3'],
  [0, 'OggS'],
  [0, 'RIFF'],
  [0, 'RF64'],
  [4, 'ftyp'],
  [0, 'fLaC'],
  [0, 'ID3'],
  // The first bits of a frame of MP3 or AAC.
  [0, '\xff'],
]

/** Refuses what is certainly no audio, whatever it is called, before a consultation begins with it. */
export async function refusalOfBytes(file: Blob): Promise<string | null> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()))
  const isKnown = MAGIC.some(([at, bytes]) => head.startsWith(bytes, at))
  return isKnown ? null : 'This file is called audio, but holds something else. Choose the recording itself.'
}

/** "12.4 MB". */
export function fileSize(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} kB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
