/** Keeps the screen on while recording. Browsers may refuse or take it back: recording goes on either way. */
export class WakeLock {
  private sentinel: WakeLockSentinel | null = null
  private isWanted = false

  constructor(private readonly onChange: (isAwake: boolean) => void) {
    document.addEventListener('visibilitychange', () => {
      if (this.isWanted && document.visibilityState === 'visible') void this.request()
    })
  }

  hold(): Promise<void> {
    this.isWanted = true
    return this.request()
  }

  release(): void {
    this.isWanted = false
    void this.sentinel?.release().catch(() => undefined)
    this.sentinel = null
    this.onChange(false)
  }

  private async request(): Promise<void> {
    try {
      const sentinel = await navigator.wakeLock.request('screen')
      sentinel.addEventListener('release', () => this.onChange(false))
      this.sentinel = sentinel
      this.onChange(true)
      if (!this.isWanted) this.release()
    } catch {
      this.onChange(false)
    }
  }
}
