export const RATES: readonly number[] = [0.75, 1, 1.25, 1.5, 1.75, 2]

/** What the controls show. The time is not in here: it moves 60 times a second, and no component renders for it. */
export interface PlayerState {
  playing: boolean
  rate: number
  durationMs: number
  problem: string | null
}

/**
 * The one clock of the review screen: a native audio element.
 * Nothing is loaded until it is played, so that looking at a note is not put on record as listening.
 */
export class Player {
  readonly audio: HTMLAudioElement
  #state: PlayerState
  #stopAtMs: number | null = null
  #frame = 0
  readonly #stateListeners = new Set<() => void>()
  readonly #timeListeners = new Set<(ms: number) => void>()

  constructor(audio: HTMLAudioElement, durationMs: number) {
    this.audio = audio
    this.#state = { playing: false, rate: 1, durationMs, problem: null }
    audio.addEventListener('play', this.#onPlay)
    audio.addEventListener('pause', this.#onPause)
    audio.addEventListener('ended', this.#onPause)
    audio.addEventListener('seeked', this.#tick)
    audio.addEventListener('durationchange', this.#onDuration)
    audio.addEventListener('error', this.#onError)
  }

  /** Stop, and let go of the element. */
  dispose(): void {
    cancelAnimationFrame(this.#frame)
    this.audio.pause()
    this.audio.removeEventListener('play', this.#onPlay)
    this.audio.removeEventListener('pause', this.#onPause)
    this.audio.removeEventListener('ended', this.#onPause)
    this.audio.removeEventListener('seeked', this.#tick)
    this.audio.removeEventListener('durationchange', this.#onDuration)
    this.audio.removeEventListener('error', this.#onError)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  readonly snapshot = (): PlayerState => this.#state

  /** Be told the time on every frame while it plays, and on every seek. Returns how to stop. */
  onTime(listener: (ms: number) => void): () => void {
    this.#timeListeners.add(listener)
    return () => this.#timeListeners.delete(listener)
  }

  get timeMs(): number {
    return this.audio.currentTime * 1000
  }

  /** Play from here; `untilMs` stops there by itself. */
  play(untilMs: number | null = null): void {
    this.#stopAtMs = untilMs
    this.audio.playbackRate = this.#state.rate
    this.audio.play().catch((error: unknown) => {
      // A pause that overtakes the start is what was asked for, not a fault.
      if (error instanceof DOMException && error.name === 'AbortError') return
      this.#set({ playing: false, problem: UNPLAYABLE })
    })
  }

  pause(): void {
    this.audio.pause()
  }

  toggle(): void {
    if (this.audio.paused) this.play()
    else this.pause()
  }

  /** Go to a moment; the sound goes on if it was running. */
  seek(ms: number): void {
    this.#stopAtMs = null
    const most = this.#state.durationMs || Number.POSITIVE_INFINITY
    this.audio.currentTime = Math.min(Math.max(0, ms), most) / 1000
    this.#tick()
  }

  skip(ms: number): void {
    this.seek(this.timeMs + ms)
  }

  playFrom(ms: number, untilMs: number | null = null): void {
    this.seek(ms)
    this.play(untilMs)
  }

  setRate(rate: number): void {
    this.audio.playbackRate = rate
    this.#set({ rate })
  }

  /** The next faster or slower of the speeds. */
  changeRate(by: 1 | -1): void {
    const at = RATES.indexOf(this.#state.rate)
    const next = RATES[Math.min(RATES.length - 1, Math.max(0, at + by))]
    if (next !== undefined) this.setRate(next)
  }

  /** What the server says of the length, until the audio itself is known. */
  hintDuration(durationMs: number): void {
    if (!Number.isFinite(this.audio.duration) && durationMs > 0) this.#set({ durationMs })
  }

  readonly #onPlay = (): void => {
    this.#set({ playing: true, problem: null })
    this.#loop()
  }

  readonly #onPause = (): void => {
    cancelAnimationFrame(this.#frame)
    this.#set({ playing: false })
    this.#tick()
  }

  readonly #onDuration = (): void => {
    const { duration } = this.audio
    if (Number.isFinite(duration) && duration > 0) this.#set({ durationMs: Math.round(duration * 1000) })
  }

  readonly #onError = (): void => this.#set({ playing: false, problem: UNPLAYABLE })

  readonly #tick = (): void => {
    const now = this.timeMs
    for (const listener of this.#timeListeners) listener(now)
  }

  readonly #loop = (): void => {
    cancelAnimationFrame(this.#frame)
    if (this.audio.paused) return
    this.#tick()
    if (this.#stopAtMs !== null && this.timeMs >= this.#stopAtMs) {
      this.#stopAtMs = null
      this.pause()
      return
    }
    this.#frame = requestAnimationFrame(this.#loop)
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#stateListeners) listener()
  }
}

const UNPLAYABLE = 'The recording cannot be played. Check the connection, then press Play again.'
