/** The running recording, on every screen. While `locked`, it shows no patient, only pause and stop. */
export function RecorderBar(_props: { locked: boolean }) {
  return null
}
