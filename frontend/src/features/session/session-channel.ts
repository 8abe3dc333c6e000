/** What the tabs of one browser tell each other about their shared session. */
export type SessionMessage = 'active' | 'locked' | 'unlocked' | 'signed_out'

const NAME = 'scribe-session'
const MESSAGES: readonly string[] = ['active', 'locked', 'unlocked', 'signed_out'] satisfies SessionMessage[]

/** Tell the other tabs. */
export function tellOtherTabs(message: SessionMessage): void {
  const channel = new BroadcastChannel(NAME)
  channel.postMessage(message)
  channel.close()
}

/** Hear what other tabs say; returns how to stop. */
export function onOtherTabs(listener: (message: SessionMessage) => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (isMessage(event.data)) listener(event.data)
  }
  return () => channel.close()
}

function isMessage(value: unknown): value is SessionMessage {
  return typeof value === 'string' && MESSAGES.includes(value)
}
