import type { ChunkSource } from './source'
import type { Transport } from './transport'
import { Uploader, type UploadState } from './uploader'

/** A recording on its way to the server. */
export type Delivery = {
  recordingId: string
  consultationId: string
  source: 'capture' | 'upload'
  startedAt: number
  state: UploadState
  /** How much of what there is the server has, 0 to 1. */
  sent: number
}

type Item = { delivery: Delivery; uploader: Uploader; source: ChunkSource; ended: Promise<void> }

/** All recordings that are being sent, each on its own. */
export class Outbox {
  private readonly items = new Map<string, Item>()

  constructor(private readonly onChange: (delivery: Delivery) => void) {}

  /** Send a recording until the server has sealed it. Returns how to say that there is more to send. */
  send(
    about: Omit<Delivery, 'state' | 'recordingId' | 'sent'>,
    source: ChunkSource,
    transport: Transport,
    options: { isRecovery: boolean; onDone: () => void },
  ): () => void {
    const { recordingId } = source
    const state: UploadState = { phase: 'sending', problem: null }
    const delivery: Delivery = { ...about, recordingId, state, sent: source.sentFraction() }
    const uploader = new Uploader(source, transport, {
      isRecovery: options.isRecovery,
      onState: (state) => this.update(recordingId, { state }),
      onSent: () => this.update(recordingId, { sent: source.sentFraction() }),
    })
    // It begins in a later turn, when what it reports finds its item.
    const ended = Promise.resolve()
      .then(() => uploader.run())
      .then(options.onDone)
    this.items.set(recordingId, { delivery, uploader, source, ended })
    this.onChange(delivery)
    return () => uploader.wake()
  }

  list(): Delivery[] {
    return [...this.items.values()].map((item) => item.delivery)
  }

  /** Try everything again at once: the network or the session is back, or somebody asked. */
  hurry(): void {
    for (const { uploader } of this.items.values()) uploader.hurry()
  }

  /** Send it to the end, although its consultation was cancelled. */
  bringBack(recordingId: string): void {
    this.items.get(recordingId)?.uploader.bringBack()
  }

  /** Stop sending what cannot be sent, leaving its audio on this device; false if not all of it is there. */
  async setAside(recordingId: string): Promise<boolean> {
    const item = this.items.get(recordingId)
    if (!item || !(await item.source.setAside())) return false
    await this.end(item)
    return true
  }

  /** Stop sending for good what its doctor gave up. */
  async discard(recordingId: string): Promise<void> {
    const item = this.items.get(recordingId)
    if (!item) return
    item.uploader.dispose()
    await item.source.discard()
    await this.end(item)
  }

  private async end(item: Item): Promise<void> {
    this.items.delete(item.delivery.recordingId)
    item.uploader.dispose()
    await item.ended
    this.onChange(item.delivery)
  }

  private update(recordingId: string, change: Partial<Pick<Delivery, 'state' | 'sent'>>): void {
    const item = this.items.get(recordingId)
    if (!item) return
    item.delivery = { ...item.delivery, ...change }
    if (item.delivery.state.phase === 'sealed') this.items.delete(recordingId)
    this.onChange(item.delivery)
  }
}
