/** How a microphone is asked for: the named one, else the browser's choice. */
export function microphoneConstraints(deviceId?: string | null): MediaTrackConstraints {
  // Filters made for calls remove the second voice in a room; only the gain helps.
  const processing = {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: true,
    channelCount: 1,
  }
  return deviceId ? { ...processing, deviceId: { exact: deviceId } } : processing
}

/** Microphones that the browser knows; their names are empty until one was allowed. */
export async function listMicrophones(): Promise<{ deviceId: string; label: string }[]> {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  return found
    .filter((device) => device.kind === 'audioinput' && device.deviceId !== '')
    .map(({ deviceId, label }, index) => ({ deviceId, label: label || `Microphone ${index + 1}` }))
}
