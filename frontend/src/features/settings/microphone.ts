import { LevelMeter, meterFraction } from '~/lib/level-meter'
import { microphoneConstraints } from '~/lib/microphone'

/** An open microphone: its level from 0 to 1, a short recording of it, and the way to let it go. */
export interface OpenMicrophone {
  label: string
  level: () => number
  /** Records for some milliseconds and returns the sound as a playable URL, which the caller revokes. */
  sample: (ms: number) => Promise<string>
  close: () => void
}

/** Why a microphone cannot be opened, in words that say what to do. */
export function microphoneProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError')
    return 'The browser does not let Scribe use the microphone. Allow it beside the address bar, then test again.'
  if (name === 'NotFoundError') return 'No microphone was found. Plug one in, then test again.'
  if (name === 'NotReadableError')
    return 'Another program holds the microphone. Close it there, then test again.'
  return 'The microphone could not be opened. Microphones need https or localhost.'
}

/** Opens a microphone, the default one without an id. */
export async function openMicrophone(deviceId: string | null): Promise<OpenMicrophone> {
  if (!navigator.mediaDevices) throw new DOMException('insecure context', 'SecurityError')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: microphoneConstraints(deviceId) })
  const meter = new LevelMeter(stream)
  return {
    label: stream.getAudioTracks()[0]?.label ?? '',
    level: () => meterFraction(meter.read()?.rms ?? 0),
    sample: (ms) => record(stream, ms),
    close: () => {
      for (const track of stream.getTracks()) track.stop()
      meter.close()
    },
  }
}

function record(stream: MediaStream, ms: number): Promise<string> {
  const recorder = new MediaRecorder(stream)
  const parts: Blob[] = []
  return new Promise((resolve, reject) => {
    recorder.ondataavailable = (event) => parts.push(event.data)
    recorder.onerror = () => reject(new Error('recording failed'))
    recorder.onstop = () => resolve(URL.createObjectURL(new Blob(parts, { type: recorder.mimeType })))
    recorder.start()
    setTimeout(() => recorder.stop(), ms)
  })
}
