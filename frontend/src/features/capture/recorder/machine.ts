/** Why sound may not be coming in although the button is red. */
export type Alarm = 'muted' | 'device_lost' | 'no_signal'

type Running = {
  recordingId: string
  consultationId: string
  /** When the button turned red, as a time of day. */
  startedAt: number
  /** Recorded time before the present stint. */
  recordedMs: number
}

export type RecorderState =
  | { kind: 'idle' }
  | { kind: 'starting' }
  | ({ kind: 'recording'; stintStartedAt: number; alarm: Alarm | null } & Running)
  | ({ kind: 'paused' } & Running)
  | ({ kind: 'stopping' } & Running)
  | ({ kind: 'discarding' } & Running)
  | ({ kind: 'sending' } & Running)
  | ({ kind: 'sealed' } & Running)
  | { kind: 'failed'; code: string; message: string }

/** `at` is monotonic (performance.now), so that a corrected clock cannot bend the timer. */
export type RecorderEvent =
  | { type: 'start' }
  | { type: 'started'; at: number; recordingId: string; consultationId: string; startedAt: number }
  | { type: 'refused'; code: string; message: string }
  | { type: 'pause'; at: number }
  | { type: 'resume'; at: number }
  | { type: 'alarm'; alarm: Alarm | null }
  | { type: 'finish'; at: number }
  | { type: 'discard'; at: number }
  | { type: 'discarded' }
  | { type: 'stopped' }
  | { type: 'sealed'; recordingId: string }
  | { type: 'dismiss' }

/** What an event makes of a state. An event that does not fit changes nothing. */
export function reduce(state: RecorderState, event: RecorderEvent): RecorderState {
  switch (event.type) {
    case 'start':
      return canStart(state) ? { kind: 'starting' } : state
    case 'started': {
      if (state.kind !== 'starting') return state
      const { recordingId, consultationId, startedAt, at } = event
      const running = { recordingId, consultationId, startedAt, recordedMs: 0 }
      return { kind: 'recording', ...running, stintStartedAt: at, alarm: null }
    }
    case 'refused':
      return state.kind === 'starting' ? { kind: 'failed', code: event.code, message: event.message } : state
    case 'pause':
      return state.kind === 'recording' ? { kind: 'paused', ...held(state, event.at) } : state
    case 'resume':
      return state.kind === 'paused'
        ? { ...state, kind: 'recording', stintStartedAt: event.at, alarm: null }
        : state
    case 'alarm':
      return state.kind === 'recording' && state.alarm !== event.alarm
        ? { ...state, alarm: event.alarm }
        : state
    case 'finish':
      return isLive(state) ? { kind: 'stopping', ...held(state, event.at) } : state
    case 'discard':
      return isLive(state) ? { kind: 'discarding', ...held(state, event.at) } : state
    case 'discarded':
      return state.kind === 'discarding' ? { kind: 'idle' } : state
    case 'stopped':
      return state.kind === 'stopping' ? { ...state, kind: 'sending' } : state
    case 'sealed':
      return state.kind === 'sending' && state.recordingId === event.recordingId
        ? { ...state, kind: 'sealed' }
        : state
    case 'dismiss':
      return state.kind === 'failed' || state.kind === 'sealed' || state.kind === 'sending'
        ? { kind: 'idle' }
        : state
  }
}

/** True while the microphone is in use or held for this recording. */
export function isLive(
  state: RecorderState,
): state is Extract<RecorderState, { kind: 'recording' | 'paused' }> {
  return state.kind === 'recording' || state.kind === 'paused'
}

/** A new recording may begin while the one before is still being sent. */
export function canStart(state: RecorderState): boolean {
  return (
    state.kind === 'idle' || state.kind === 'failed' || state.kind === 'sending' || state.kind === 'sealed'
  )
}

/** Recorded time now, pauses left out. */
export function recordedMs(state: RecorderState, now: number): number {
  if (state.kind === 'recording') return state.recordedMs + Math.max(0, now - state.stintStartedAt)
  return 'recordedMs' in state ? state.recordedMs : 0
}

function held(state: Extract<RecorderState, { kind: 'recording' | 'paused' }>, at: number): Running {
  const { recordingId, consultationId, startedAt } = state
  return { recordingId, consultationId, startedAt, recordedMs: recordedMs(state, at) }
}
