/** A value that lives outside React and tells who listens when it changes. */
export class Store<Value extends object> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: Value) {}

  readonly get = (): Value => this.value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  set(value: Value): void {
    this.value = value
    for (const listener of this.listeners) listener()
  }

  patch(change: Partial<Value>): void {
    this.set({ ...this.value, ...change })
  }
}
