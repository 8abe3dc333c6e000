import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Reel } from '../journal/reel'
import type { Gap } from '../journal/types'
import type { Microphone } from './microphone'
import { Recorder } from './recorder'

class FakeTrack extends EventTarget {
  muted = false
  label = 'Desk microphone'
}

class FakeMediaRecorder extends EventTarget {
  static readonly all: FakeMediaRecorder[] = []
  static isTypeSupported = () => true
  state = 'inactive'
  mimeType = 'audio/webm;codecs=opus'

  start(): void {
    this.state = 'recording'
    FakeMediaRecorder.all.push(this)
    queueMicrotask(() => this.dispatchEvent(new Event('start')))
  }
  stop(): void {
    this.state = 'inactive'
    this.slice()
    this.dispatchEvent(new Event('stop'))
  }
  slice(size = 3): void {
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob(['x'.repeat(size)]) }))
  }
}

function aRecorder(level: { hasSignal: boolean } | null = { hasSignal: true }) {
  const track = new FakeTrack()
  const stream = { getAudioTracks: () => [track] } as unknown as MediaStream
  const events: string[] = []
  const gaps: Gap[] = []
  let segments = 0
  const reel = {
    openSegment: (_mime: string, offsetMs: number) => {
      events.push(`open ${segments} at ${Math.round(offsetMs / 1000)}`)
      segments += 1
      return segments - 1
    },
    append: (segment: number) => events.push(`slice of ${segment}`),
    closeSegment: (segment: number) => events.push(`close ${segment}`),
    declareGap: (gap: Gap) => gaps.push(gap),
    finish: async () => events.push('finish'),
  } as unknown as Reel
  let available: MediaStream | null = stream
  const microphone = {
    get current() {
      return available
    },
    open: async () => available,
    level: () => level && { rms: 0, ...level },
  } as unknown as Microphone
  const alarms: (string | null)[] = []
  const recorder = new Recorder(reel, microphone, {
    onAlarm: (alarm) => alarms.push(alarm),
    onNotice: (text) => events.push(text),
  })
  const unplug = () => {
    available = null
  }
  const plug = () => {
    available = stream
  }
  return { recorder, stream, track, events, gaps, alarms, unplug, plug }
}

const devices = new EventTarget()

beforeEach(() => {
  FakeMediaRecorder.all.length = 0
  vi.useFakeTimers()
  vi.stubGlobal('MediaRecorder', FakeMediaRecorder)
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: devices })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the recorder’s hands', () => {
  it('start the next run before they stop the one before, every five minutes', async () => {
    const { recorder, stream, events } = aRecorder()
    await recorder.start(stream)
    const [first] = FakeMediaRecorder.all
    first?.slice()

    await vi.advanceTimersByTimeAsync(5 * 60_000)
    const [, second] = FakeMediaRecorder.all
    second?.slice()
    await recorder.finish()

    expect(first?.state).toBe('inactive')
    expect(events).toEqual([
      'open 0 at 0',
      'slice of 0',
      'slice of 0',
      'close 0',
      'open 1 at 300',
      'slice of 1',
      'slice of 1',
      'close 1',
      'finish',
    ])
  })

  it('make a pause a gap, and what follows a segment of its own', async () => {
    const { recorder, stream, events, gaps } = aRecorder()
    await recorder.start(stream)
    await vi.advanceTimersByTimeAsync(2000)
    await recorder.pause()
    await vi.advanceTimersByTimeAsync(3000)
    await recorder.resume()
    FakeMediaRecorder.all.at(-1)?.slice()

    expect(gaps).toEqual([{ kind: 'paused', start_ms: 2000, end_ms: 5000 }])
    expect(events).toContain('open 1 at 5')
  })

  it('say so when the microphone is muted from outside, and take it back', async () => {
    const { recorder, stream, track, gaps, alarms } = aRecorder()
    await recorder.start(stream)

    track.dispatchEvent(new Event('mute'))
    await vi.advanceTimersByTimeAsync(4000)
    track.dispatchEvent(new Event('unmute'))

    expect(alarms).toEqual(['muted', null])
    expect(gaps).toEqual([{ kind: 'muted', start_ms: 0, end_ms: 4000 }])
  })

  it('wait for a microphone that was pulled out, and go on when one is there', async () => {
    const { recorder, stream, track, events, gaps, alarms, unplug, plug } = aRecorder()
    await recorder.start(stream)
    unplug()
    track.dispatchEvent(new Event('ended'))
    await vi.advanceTimersByTimeAsync(7000)
    const whileGone = [...alarms]
    plug()
    devices.dispatchEvent(new Event('devicechange'))
    await vi.advanceTimersByTimeAsync(10)

    expect(whileGone).toEqual(['device_lost'])
    expect(alarms.at(-1)).toBeNull()
    expect(gaps).toEqual([{ kind: 'device_lost', start_ms: 0, end_ms: 7000 }])
    expect(events.at(-1)).toContain('Desk microphone')
  })

  it('do not go on by themselves from a pause when a device is plugged in', async () => {
    const { recorder, stream } = aRecorder()
    await recorder.start(stream)
    await recorder.pause()

    devices.dispatchEvent(new Event('devicechange'))
    await vi.advanceTimersByTimeAsync(10)

    expect(FakeMediaRecorder.all).toHaveLength(1)
  })

  it('say so after ten seconds without any signal, and end the gap with the first sound', async () => {
    const level = { hasSignal: false }
    const { recorder, stream, gaps, alarms } = aRecorder(level)
    await recorder.start(stream)

    await vi.advanceTimersByTimeAsync(9500)
    const early = [...alarms]
    await vi.advanceTimersByTimeAsync(2000)
    level.hasSignal = true
    await vi.advanceTimersByTimeAsync(500)

    expect(early).toEqual([])
    expect(new Set(alarms)).toEqual(new Set(['no_signal', null]))
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toMatchObject({ kind: 'silent', start_ms: 500 })
    await recorder.finish()
  })

  it('take a suspended meter as no word about the microphone', async () => {
    const { recorder, stream, alarms } = aRecorder(null)
    await recorder.start(stream)

    await vi.advanceTimersByTimeAsync(60_000)

    expect(alarms).toEqual([])
  })
})
