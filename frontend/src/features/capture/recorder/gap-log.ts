import type { Gap, GapKind } from '../journal/types'

/** Times in which no sound could be caught, in milliseconds from the recording's start. */
export class GapLog {
  private readonly open = new Map<GapKind, number>()

  constructor(private readonly declare: (gap: Gap) => void) {}

  begin(kind: GapKind, atMs: number): void {
    if (!this.open.has(kind)) this.open.set(kind, Math.round(atMs))
  }

  end(kind: GapKind, atMs: number): void {
    const startMs = this.open.get(kind)
    if (startMs === undefined) return
    this.open.delete(kind)
    this.declare({ kind, start_ms: startMs, end_ms: Math.max(startMs, Math.round(atMs)) })
  }

  endAll(atMs: number): void {
    for (const kind of [...this.open.keys()]) this.end(kind, atMs)
  }
}
