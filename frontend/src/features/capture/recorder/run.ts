const SLICE_MS = 1000
const BITS_PER_SECOND = 32_000
const PREFERRED = ['audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4']

/** The container and codec that this browser can record, Opus in WebM if possible. */
function recordingMime(): string {
  return PREFERRED.find((mime) => MediaRecorder.isTypeSupported(mime)) ?? ''
}

export type RunEvents = {
  /** `startedAt` is when the run began, `durationMs` the time since its slice before. Never empty. */
  onSlice: (blob: Blob, slice: { startedAt: number; durationMs: number; mime: string }) => void
  /** No slice will follow. Not `asked`: the track ended, or the browser gave up. */
  onStopped: (isAsked: boolean) => void
}

/** One run of a MediaRecorder: a stream of slices that join to one playable file. */
export class Run {
  private readonly recorder: MediaRecorder
  private readonly stopped: Promise<void>
  private readonly started: Promise<void>
  private isAsked = false
  private startedAt = performance.now()
  private lastAt = this.startedAt

  constructor(stream: MediaStream, events: RunEvents) {
    const mimeType = recordingMime()
    const options = { audioBitsPerSecond: BITS_PER_SECOND }
    this.recorder = new MediaRecorder(stream, mimeType ? { ...options, mimeType } : options)
    this.started = once(this.recorder, 'start').then(() => {
      this.startedAt = performance.now()
      this.lastAt = this.startedAt
    })
    this.stopped = once(this.recorder, 'stop').then(() => events.onStopped(this.isAsked))
    this.recorder.addEventListener('dataavailable', ({ data }) => {
      const now = performance.now()
      const durationMs = now - this.lastAt
      this.lastAt = now
      // The last slice of a run may be empty; an empty chunk has nothing to send.
      if (data.size > 0) {
        events.onSlice(data, { startedAt: this.startedAt, durationMs, mime: this.recorder.mimeType })
      }
    })
    this.recorder.start(SLICE_MS)
  }

  /** Resolves once sound is being caught. */
  whenStarted(): Promise<void> {
    return this.started
  }

  /** Stop, and wait until the last slice has been handed over. */
  async stop(): Promise<void> {
    this.isAsked = true
    if (this.recorder.state !== 'inactive') this.recorder.stop()
    await this.stopped
  }
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((resolve) => {
    target.addEventListener(type, () => resolve(), { once: true })
  })
}
