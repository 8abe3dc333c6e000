/** Below this peak for long, no microphone in a room with people is working (about -70 dBFS). */
const SIGNAL_PEAK = 0.0003

export type Level = { rms: number; hasSignal: boolean }

/** Measures how loud a stream is, without being heard. */
export class LevelMeter {
  private readonly context: AudioContext
  private readonly analyser: AnalyserNode
  private readonly source: MediaStreamAudioSourceNode
  private readonly samples: Float32Array<ArrayBuffer>

  constructor(stream: MediaStream) {
    this.context = new AudioContext()
    this.analyser = this.context.createAnalyser()
    this.analyser.fftSize = 2048
    this.samples = new Float32Array(this.analyser.fftSize)
    this.source = this.context.createMediaStreamSource(stream)
    this.source.connect(this.analyser)
    void this.context.resume().catch(() => undefined)
  }

  /** The level now; null while the browser has suspended measuring, which says nothing about the microphone. */
  read(): Level | null {
    if (this.context.state !== 'running') return null
    this.analyser.getFloatTimeDomainData(this.samples)
    let sum = 0
    let peak = 0
    for (const sample of this.samples) {
      sum += sample * sample
      peak = Math.max(peak, Math.abs(sample))
    }
    return { rms: Math.sqrt(sum / this.samples.length), hasSignal: peak > SIGNAL_PEAK }
  }

  close(): void {
    this.source.disconnect()
    void this.context.close().catch(() => undefined)
  }
}

/** 0 to 1 on a scale that follows hearing: -60 dBFS is empty, -6 dBFS is full. */
export function meterFraction(rms: number): number {
  if (rms <= 0) return 0
  const decibels = 20 * Math.log10(rms)
  return Math.min(1, Math.max(0, (decibels + 60) / 54))
}
