/** Bytes that are not shared with another thread: what WebCrypto and fetch accept. */
export type Bytes = Uint8Array<ArrayBuffer>

const IV_BYTES = 12

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** Import the journal key so that no script, ours included, can read it back. */
export async function importJournalKey(base64: string): Promise<CryptoKey> {
  const raw = fromBase64(base64)
  try {
    return await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  } finally {
    raw.fill(0)
  }
}

/** Where a slice belongs. It is authenticated, so a slice moved to another place does not open. */
export type SlicePlace = { recordingId: string; segment: number; slice: number }

export async function sealSlice(
  key: CryptoKey,
  place: SlicePlace,
  plain: Bytes,
): Promise<{ iv: Bytes; body: ArrayBuffer }> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const body = await crypto.subtle.encrypt(algorithm(iv, place), key, plain)
  return { iv, body }
}

export async function openSlice(
  key: CryptoKey,
  place: SlicePlace,
  sealed: { iv: Bytes; body: ArrayBuffer },
): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt(algorithm(sealed.iv, place), key, sealed.body))
}

export async function sha256Hex(plain: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', plain))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function concatenate(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.byteLength
  }
  return whole
}

function algorithm(iv: Bytes, place: SlicePlace): AesGcmParams {
  const additionalData = new TextEncoder().encode(`${place.recordingId}|${place.segment}|${place.slice}`)
  return { name: 'AES-GCM', iv, additionalData }
}
