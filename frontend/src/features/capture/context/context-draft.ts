import { client, type Schema } from '~/api/client'
import { ApiError, toProblem } from '~/api/errors'
import { Store } from '../store'

type Context = Schema<'ContextRead'>

export type ContextState = {
  text: string
  /** `refused` needs a person; all else goes on by itself. */
  save: 'nothing' | 'waiting' | 'saving' | 'saved' | 'retrying' | 'refused'
  problem: string | null
}

const AFTER_TYPING_MS = 800
const AGAIN_MS = 5_000

/** What is typed beside a recording: kept in memory until the server has it, one save after the other. */
export class ContextDraft {
  readonly store = new Store<ContextState>({ text: '', save: 'nothing', problem: null })
  private timer: ReturnType<typeof setTimeout> | undefined
  private isSaving = false
  private isEnded = false

  constructor(
    private readonly consultationId: string,
    private readonly onSaved: (saved: Context) => void,
    private readonly onSigned: () => void = () => undefined,
  ) {}

  type(text: string): void {
    this.set({ text, save: 'waiting', problem: null })
    this.saveIn(AFTER_TYPING_MS)
  }

  /** Save at once what still waits: its screen goes away. */
  flush(): void {
    if (this.store.get().save === 'waiting') this.saveIn(0)
  }

  /** Save what was refused: what stood against it is gone. */
  saveAgain(): void {
    if (this.store.get().save === 'refused') this.saveIn(0)
  }

  /** Save nothing any more, and keep nobody on this page. */
  end(): void {
    this.isEnded = true
    clearTimeout(this.timer)
    window.removeEventListener('beforeunload', askToStay)
  }

  private saveIn(ms: number): void {
    if (this.isEnded) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.save(), ms)
  }

  private async save(): Promise<void> {
    // What was typed meanwhile is saved when this one has its answer: an older text never overtakes a newer.
    if (this.isSaving) return
    const { text } = this.store.get()
    this.isSaving = true
    this.set({ text, save: 'saving', problem: null })
    const outcome = await put(this.consultationId, text)
    this.isSaving = false
    if (this.isEnded) return
    const isNewest = this.store.get().text === text
    if ('saved' in outcome) {
      this.onSaved(outcome.saved)
      if (isNewest) this.set({ text, save: 'saved', problem: null })
      else this.saveIn(0)
    } else if (isNewest || !outcome.isRefused) {
      const { text: newest } = this.store.get()
      this.set({ text: newest, save: outcome.isRefused ? 'refused' : 'retrying', problem: outcome.problem })
      if (!outcome.isRefused) this.saveIn(AGAIN_MS)
      if (outcome.isSigned) this.onSigned()
    } else {
      this.saveIn(0)
    }
  }

  private set(state: ContextState): void {
    this.store.set(state)
    window.removeEventListener('beforeunload', askToStay)
    if (GOES_ON[state.save] && !this.isEnded) window.addEventListener('beforeunload', askToStay)
  }
}

/** Whether closing the page now would lose what a moment more would save. */
const GOES_ON: Record<ContextState['save'], boolean> = {
  nothing: false,
  waiting: true,
  saving: true,
  saved: false,
  retrying: true,
  refused: false,
}

type Outcome = { saved: Context } | { isRefused: boolean; isSigned: boolean; problem: string }

async function put(consultationId: string, text: string): Promise<Outcome> {
  try {
    const { data } = await client.PUT('/api/consultations/{consultation_id}/context', {
      params: { path: { consultation_id: consultationId } },
      body: { text },
    })
    return data ? { saved: data } : { isRefused: false, isSigned: false, problem: toProblem(null).message }
  } catch (error) {
    // Signed out or locked heals with the password; other refusals do not.
    const isRefused =
      error instanceof ApiError && error.status >= 400 && error.status < 500 && !HEALS.has(error.status)
    const { code, message } = toProblem(error)
    return { isRefused, isSigned: code === 'consultation_already_signed', problem: message }
  }
}

const HEALS = new Set([401, 408, 425, 429])

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
