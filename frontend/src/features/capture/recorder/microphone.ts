import { LevelMeter } from '~/lib/level-meter'
import { listMicrophones, microphoneConstraints } from '~/lib/microphone'

export type MicrophoneTrouble = 'denied' | 'missing' | 'busy' | 'insecure'

export type MicrophoneState =
  | { kind: 'closed' }
  | { kind: 'asking' }
  | { kind: 'open'; deviceId: string; label: string; devices: { deviceId: string; label: string }[] }
  | { kind: 'trouble'; trouble: MicrophoneTrouble }

/** The chosen microphone: one stream, shared by the level meter and the recorder. */
export class Microphone {
  private stream: MediaStream | null = null
  private meter: LevelMeter | null = null
  state: MicrophoneState = { kind: 'closed' }

  constructor(private readonly onChange: () => void) {
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.refreshDevices())
  }

  /** Ask for a microphone: the named one, else the browser's choice. Resolves to null when there is none. */
  async open(deviceId?: string): Promise<MediaStream | null> {
    if (!navigator.mediaDevices) {
      this.set({ kind: 'trouble', trouble: 'insecure' })
      return null
    }
    if (!this.stream) this.set({ kind: 'asking' })
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: microphoneConstraints(deviceId) })
      this.use(stream)
      await this.refreshDevices()
      return stream
    } catch (error) {
      this.close()
      this.set({ kind: 'trouble', trouble: troubleOf(error) })
      return null
    }
  }

  get current(): MediaStream | null {
    return this.stream?.getAudioTracks().some((track) => track.readyState === 'live') ? this.stream : null
  }

  level(): ReturnType<LevelMeter['read']> {
    return this.meter?.read() ?? null
  }

  /** Let go of the microphone, so that the browser shows it as free. */
  close(): void {
    this.meter?.close()
    this.meter = null
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
    this.set({ kind: 'closed' })
  }

  /** True when the browser will not have to ask. */
  async isPermitted(): Promise<boolean> {
    try {
      const status = await navigator.permissions.query({ name: 'microphone' })
      return status.state === 'granted'
    } catch {
      return false
    }
  }

  private use(stream: MediaStream): void {
    const before = this.stream
    this.meter?.close()
    this.stream = stream
    this.meter = meterOf(stream)
    for (const track of before?.getTracks() ?? []) track.stop()
  }

  private async refreshDevices(): Promise<void> {
    const track = this.stream?.getAudioTracks()[0]
    if (!track) return
    const devices = await listMicrophones()
    this.set({ kind: 'open', deviceId: track.getSettings().deviceId ?? '', label: track.label, devices })
  }

  private set(state: MicrophoneState): void {
    this.state = state
    this.onChange()
  }
}

function meterOf(stream: MediaStream): LevelMeter | null {
  try {
    return new LevelMeter(stream)
  } catch {
    return null
  }
}

function troubleOf(error: unknown): MicrophoneTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  return 'busy'
}
