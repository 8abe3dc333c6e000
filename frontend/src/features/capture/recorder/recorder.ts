import type { Reel } from '../journal/reel'
import { GapLog } from './gap-log'
import type { Alarm } from './machine'
import type { Microphone } from './microphone'
import { Run } from './run'

const ROTATE_EVERY_MS = 5 * 60_000
const WATCH_EVERY_MS = 500
const SILENT_AFTER_MS = 10_000

type Events = {
  onAlarm: (alarm: Alarm | null) => void
  onNotice: (text: string) => void
}

/**
 * Drives MediaRecorder for one recording and hands every slice to its reel.
 *
 * Each run of MediaRecorder is a segment of its own. Every five minutes a new run starts before the old one stops, so
 * that damage stays local and no word falls between; the overlap is told by the segments' offsets.
 */
export class Recorder {
  private run: Run | null = null
  private readonly zero = performance.now()
  private readonly gaps: GapLog
  private rotation: ReturnType<typeof setInterval> | null = null
  private watch: ReturnType<typeof setInterval> | null = null
  private silentSince: number | null = null
  private watched: MediaStreamTrack | null = null
  private isRecovering = false
  /** Recording should go on, and waits for a microphone. */
  private isWaiting = false

  constructor(
    private readonly reel: Reel,
    private readonly microphone: Microphone,
    private readonly events: Events,
  ) {
    this.gaps = new GapLog((gap) => reel.declareGap(gap))
    navigator.mediaDevices.addEventListener('devicechange', this.onDeviceChange)
  }

  async start(stream: MediaStream): Promise<void> {
    this.begin(stream)
    await this.run?.whenStarted()
  }

  async pause(): Promise<void> {
    this.isWaiting = false
    this.gaps.endAll(this.at())
    this.gaps.begin('paused', this.at())
    await this.stopRun()
  }

  /** False when there is no microphone to go on with. */
  async resume(): Promise<boolean> {
    const stream = this.microphone.current ?? (await this.microphone.open())
    if (!stream) return false
    this.gaps.endAll(this.at())
    await this.stopRun()
    this.begin(stream)
    return true
  }

  /** Go on with another microphone, as a new segment. */
  async switchTo(deviceId: string): Promise<void> {
    this.watched = null
    await this.stopRun()
    const stream = await this.microphone.open(deviceId)
    if (stream) this.begin(stream)
    else await this.loseDevice()
  }

  /** Keep this moment, to be found again in the player. */
  mark(): void {
    this.reel.mark(this.at())
  }

  /** Stop for good, and leave the recording unfinished: it is not to be sent. */
  async abandon(): Promise<void> {
    navigator.mediaDevices.removeEventListener('devicechange', this.onDeviceChange)
    this.isWaiting = false
    await this.stopRun()
  }

  /** Stop for good. Resolves once the last slice is in the journal. */
  async finish(): Promise<void> {
    await this.abandon()
    this.gaps.endAll(this.at())
    await this.reel.finish(this.at())
  }

  private begin(stream: MediaStream): void {
    this.isWaiting = false
    this.silentSince = null
    this.watchTrack(stream)
    this.run = this.newRun(stream)
    this.rotation = setInterval(() => void this.rotate(), ROTATE_EVERY_MS)
    this.watch = setInterval(() => this.listenForSilence(), WATCH_EVERY_MS)
  }

  private newRun(stream: MediaStream): Run {
    let segment: number | null = null
    const run: Run = new Run(stream, {
      onSlice: (blob, slice) => {
        // Numbered with the first slice, so that no segment is ever empty.
        segment ??= this.reel.openSegment(slice.mime, Math.max(0, slice.startedAt - this.zero))
        this.reel.append(segment, blob, slice.durationMs)
      },
      onStopped: (isAsked) => {
        if (segment !== null) this.reel.closeSegment(segment)
        if (!isAsked && this.run === run) void this.loseDevice()
      },
    })
    return run
  }

  private async rotate(): Promise<void> {
    const stream = this.microphone.current
    const old = this.run
    if (!stream || !old) return
    const next = this.newRun(stream)
    await next.whenStarted()
    if (this.run !== old) {
      // Paused or finished meanwhile.
      await next.stop()
      return
    }
    this.run = next
    await old.stop()
  }

  private async stopRun(): Promise<void> {
    if (this.rotation) clearInterval(this.rotation)
    if (this.watch) clearInterval(this.watch)
    const run = this.run
    this.run = null
    await run?.stop()
  }

  private watchTrack(stream: MediaStream): void {
    const track = stream.getAudioTracks()[0]
    if (!track || this.watched === track) return
    this.watched = track
    track.addEventListener('mute', () => {
      if (this.watched !== track || !this.run) return
      this.gaps.begin('muted', this.at())
      this.events.onAlarm('muted')
    })
    track.addEventListener('unmute', () => {
      if (this.watched !== track) return
      this.gaps.end('muted', this.at())
      this.events.onAlarm(null)
    })
    track.addEventListener('ended', () => {
      if (this.watched === track && this.run) void this.loseDevice()
    })
  }

  private async loseDevice(): Promise<void> {
    if (this.isRecovering) return
    this.isRecovering = true
    this.gaps.begin('device_lost', this.at())
    this.events.onAlarm('device_lost')
    await this.stopRun()
    const stream = await this.microphone.open()
    this.isRecovering = false
    this.isWaiting = !stream
    if (!stream) return
    this.gaps.end('device_lost', this.at())
    this.begin(stream)
    this.events.onAlarm(null)
    this.events.onNotice(
      `The microphone was lost. Recording goes on with ${stream.getAudioTracks()[0]?.label}.`,
    )
  }

  private readonly onDeviceChange = (): void => {
    if (this.isWaiting) void this.loseDevice()
  }

  private listenForSilence(): void {
    const level = this.microphone.level()
    if (!level || this.watched?.muted) return
    if (level.hasSignal) {
      if (this.silentSince !== null && this.at() - this.silentSince >= SILENT_AFTER_MS)
        this.events.onAlarm(null)
      this.silentSince = null
      this.gaps.end('silent', this.at())
      return
    }
    this.silentSince ??= this.at()
    if (this.at() - this.silentSince < SILENT_AFTER_MS) return
    this.gaps.begin('silent', this.silentSince)
    this.events.onAlarm('no_signal')
  }

  private at(): number {
    return performance.now() - this.zero
  }
}
