import type { Alarm } from '../recorder/machine'

/** Why nothing is being caught, in words. */
export const ALARM_TEXT: Record<Alarm, string> = {
  muted: 'The microphone is muted, by a call or a switch. Nothing is being caught.',
  device_lost: 'The microphone is gone. Plug it in again, or choose another.',
  no_signal: 'We can’t hear anything. Check the microphone and its switch.',
}
