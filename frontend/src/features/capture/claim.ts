/** Take a lock that no other tab holds; null if one does. The browser gives it back when this page dies. */
export async function claim(name: string): Promise<(() => void) | null> {
  if (!navigator.locks) return () => undefined
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return new Promise<void>((release) => resolve(release))
      resolve(null)
      return undefined
    })
  })
}

export const MICROPHONE_LOCK = 'scribe:microphone'

export function recordingLock(recordingId: string): string {
  return `scribe:recording:${recordingId}`
}
