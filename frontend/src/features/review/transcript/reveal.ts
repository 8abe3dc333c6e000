/** A wish to see a turn; a new `wish` number asks again. */
export interface Reveal {
  turn: number
  wish: number
}
