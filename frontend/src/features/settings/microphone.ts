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

/** Microphones that the browser knows; their names are empty until one was allowed. */
export async function listMicrophones(): Promise<{ value: string; label: string }[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  return devices
    .filter((device) => device.kind === 'audioinput' && device.deviceId)
    .map((device, index) => ({ value: device.deviceId, label: device.label || `Microphone ${index + 1}` }))
}

/** Opens a microphone, the default one without an id. */
export async function openMicrophone(deviceId: string | null): Promise<OpenMicrophone> {
  if (!navigator.mediaDevices) throw new DOMException('insecure context', 'SecurityError')
  const audio = deviceId ? { deviceId: { exact: deviceId } } : true
  const stream = await navigator.mediaDevices.getUserMedia({ audio })
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    label: stream.getAudioTracks()[0]?.label ?? '',
    level: () => {
      analyser.getFloatTimeDomainData(samples)
      return meterLevel(samples)
    },
    sample: (ms) => record(stream, ms),
    close: () => {
      for (const track of stream.getTracks()) track.stop()
      void context.close()
    },
  }
}

const QUIETEST_DB = -60

/** Loudness as a meter shows it: 0 at -60 dB and below, 1 at full scale. */
function meterLevel(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(samples.length, 1)
  const db = 10 * Math.log10(power || Number.MIN_VALUE)
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB))
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
