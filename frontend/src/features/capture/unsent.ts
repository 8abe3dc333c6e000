/** True while this device holds audio that the server has not acknowledged. */
export async function hasUnsentAudio(): Promise<boolean> {
  return false
}
