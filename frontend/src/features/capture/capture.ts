import { client, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { claim, MICROPHONE_LOCK, recordingLock } from './claim'
import { dropDraft, settleDraft } from './context/drafts'
import { importJournalKey } from './journal/crypto'
import { IndexedDbJournal, type JournalStore, NoJournal } from './journal/journal'
import { MOST_MARKS, Reel, type ReelProgress } from './journal/reel'
import type { JournalEntry } from './journal/types'
import {
  canStart,
  isLive,
  type RecorderEvent,
  type RecorderState,
  recordedMs,
  reduce,
} from './recorder/machine'
import { Microphone } from './recorder/microphone'
import { Recorder } from './recorder/recorder'
import { WakeLock } from './recorder/wake-lock'
import { Recovery } from './recovery/recovery'
import { Store } from './store'
import { cancelConsultation, HttpTransport } from './upload/http-transport'
import { type Delivery, Outbox } from './upload/outbox'
import { problemText } from './upload/problem-text'

export type CaptureSnapshot = {
  recorder: RecorderState
  progress: ReelProgress | null
  deliveries: Delivery[]
  /** Consultations whose recording this page has delivered; the server's word of it may come a little later. */
  delivered: ReadonlySet<string>
  notice: string | null
  isAwake: boolean
  /** Whose recording runs, as the server told it at the start. */
  consultation: Schema<'ConsultationRead'> | null
  /** Recorded times of the moments that were marked in the running recording. */
  marks: readonly number[]
}

export type StartRequest = Schema<'ConsultationStart'>

/** Refusals that mean that the server has taken nothing: no sound, or a file that is no audio. */
const NOTHING_TAKEN = new Set(['recording_empty', 'unsupported_media'])

/** Everything between the microphone and the server that must outlive any screen. */
export class Capture {
  readonly store = new Store<CaptureSnapshot>({
    recorder: { kind: 'idle' },
    progress: null,
    deliveries: [],
    delivered: new Set(),
    notice: null,
    isAwake: false,
    consultation: null,
    marks: [],
  })
  readonly microphoneStore = new Store({ version: 0 })
  readonly microphone = new Microphone(() => this.microphoneStore.set({ version: performance.now() }))
  readonly outbox = new Outbox((delivery) => this.noteDelivery(delivery))
  readonly journal: Promise<JournalStore> = IndexedDbJournal.open().catch(() => new NoJournal())
  readonly recovery = new Recovery(this.journal, this.outbox)
  private readonly wakeLock = new WakeLock((isAwake) => this.store.patch({ isAwake }))
  private recorder: Recorder | null = null
  private entry: JournalEntry | null = null
  private releaseMicrophoneLock: (() => void) | null = null

  constructor() {
    const hurry = () => this.outbox.hurry()
    window.addEventListener('online', () => {
      hurry()
      this.recovery.hurry()
    })
    document.addEventListener('visibilitychange', hurry)
    window.addEventListener('beforeunload', (event) => {
      if (this.wouldLoseByClosing()) event.preventDefault()
    })
  }

  get recorderState(): RecorderState {
    return this.store.get().recorder
  }

  /** Start a consultation and turn the button red. Failures become the state, in words. */
  async start(request: StartRequest, doctorId: string): Promise<void> {
    if (!canStart(this.recorderState)) return
    this.dispatch({ type: 'start' })
    const lock = await claim(MICROPHONE_LOCK)
    if (!lock) return this.refuse('other_tab', 'Another tab is recording. Finish there first.')
    this.releaseMicrophoneLock = lock
    const stream = this.microphone.current ?? (await this.microphone.open())
    if (!stream) return this.refuse('no_microphone', 'There is no microphone to record with.')
    try {
      const { data } = await client.POST('/api/consultations/start', { body: request })
      if (!data) return this.refuse('unreadable_answer', 'The server answered with something unexpected.')
      await this.record(data, stream, doctorId)
    } catch (error) {
      const { code, message } = toProblem(error)
      this.refuse(code, message)
    }
  }

  async pause(): Promise<void> {
    if (this.recorderState.kind !== 'recording') return
    this.dispatch({ type: 'pause', at: performance.now() })
    await this.recorder?.pause()
  }

  async resume(): Promise<void> {
    const { kind } = this.recorderState
    if (kind !== 'paused' && kind !== 'recording') return
    if (!(await this.recorder?.resume())) return
    this.dispatch({ type: 'resume', at: performance.now() })
    this.dispatch({ type: 'alarm', alarm: null })
  }

  async finish(): Promise<void> {
    if (!isLive(this.recorderState)) return
    this.dispatch({ type: 'finish', at: performance.now() })
    await this.recorder?.finish()
    this.recorder = null
    this.letGo()
    this.dispatch({ type: 'stopped' })
  }

  /** Keep this moment of the running recording, to be found again in the player. */
  mark(): void {
    if (this.recorderState.kind !== 'recording') return
    const { marks } = this.store.get()
    if (marks.length >= MOST_MARKS) {
      this.store.patch({ notice: 'No more moments can be marked.' })
      return
    }
    this.recorder?.mark()
    this.store.patch({ marks: [...marks, recordedMs(this.recorderState, performance.now())] })
  }

  /** Give the running recording up: nothing more is caught or sent, and once the server knows, nothing of it stays here. */
  async discard(): Promise<void> {
    const entry = this.entry
    if (!isLive(this.recorderState) || !entry) return
    this.dispatch({ type: 'discard', at: performance.now() })
    await this.recorder?.abandon()
    this.recorder = null
    this.letGo()
    dropDraft(entry.consultationId)
    const still = this.outbox.discard(entry.recordingId)
    const isTold = await this.recovery.giveUp({ ...entry, state: 'discarded' }, still)
    this.store.patch({ notice: isTold ? 'The recording was discarded. Nothing of it is transcribed.' : null })
    this.dispatch({ type: 'discarded' })
  }

  /** The server has cancelled a consultation: what this device still holds of its recording goes. */
  async dropCancelled(consultationId: string): Promise<void> {
    dropDraft(consultationId)
    const delivery = this.outbox.list().find((one) => one.consultationId === consultationId)
    if (delivery) {
      await this.outbox.discard(delivery.recordingId)
      await (await this.journal).forget(delivery.recordingId)
      if (isOf(this.recorderState, delivery.recordingId)) this.dismiss()
    }
    await this.recovery.discardOf(consultationId)
  }

  async switchMicrophone(deviceId: string): Promise<void> {
    if (this.recorderState.kind === 'recording') await this.recorder?.switchTo(deviceId)
    else await this.microphone.open(deviceId)
  }

  /**
   * A way out for a recording that the server refuses: no longer sent, kept on this device, listed among the unsent.
   * False where only this page's memory holds some of it: then it stays where it is.
   */
  async setAside(delivery: Delivery, doctorId: string): Promise<boolean> {
    const { recordingId, state } = delivery
    if (state.problem === null || !(await this.outbox.setAside(recordingId))) return false
    if (isOf(this.recorderState, recordingId)) this.dismiss()
    if (state.problem.kind === 'refused' && NOTHING_TAKEN.has(state.problem.code))
      await this.giveUpEmpty(delivery)
    await this.recovery.takeBack(recordingId, doctorId, problemText(state.problem))
    return true
  }

  /** Back to the empty form; what is still being sent goes on being sent. */
  dismiss(): void {
    this.dispatch({ type: 'dismiss' })
    this.store.patch({ notice: null })
  }

  private async record(
    started: Schema<'ConsultationStarted'>,
    stream: MediaStream,
    doctorId: string,
  ): Promise<void> {
    const { consultation, recording: grant } = started
    const recordingId = grant.recording_id
    const releaseRecording = (await claim(recordingLock(recordingId))) ?? (() => undefined)
    void navigator.storage?.persist?.().catch(() => undefined)
    const key = await importJournalKey(grant.journal_key)
    const entry = newEntry(recordingId, consultation.id, doctorId)
    const reel = Reel.create(await this.journal, key, entry, grant.chunk_max_bytes)
    this.entry = entry
    this.recorder = new Recorder(reel, this.microphone, {
      onAlarm: (alarm) => this.dispatch({ type: 'alarm', alarm }),
      onNotice: (notice) => this.store.patch({ notice }),
    })
    await this.recorder.start(stream)
    this.store.patch({ notice: null, consultation, marks: [] })
    const { consultationId, startedAt } = entry
    this.dispatch({ type: 'started', at: performance.now(), recordingId, consultationId, startedAt })
    void this.wakeLock.hold()
    const transport = new HttpTransport(recordingId, grant.upload_token)
    const wake = this.outbox.send({ consultationId, source: 'capture', startedAt }, reel, transport, {
      isRecovery: false,
      onDone: releaseRecording,
    })
    reel.onChange = () => {
      wake()
      if (isOf(this.recorderState, recordingId)) this.store.patch({ progress: reel.progress() })
    }
  }

  /** Neither the server nor this device holds anything of it: its consultation need not stay in the list. */
  private async giveUpEmpty({ recordingId, consultationId }: Delivery): Promise<void> {
    const journal = await this.journal
    if ((await journal.slices(recordingId)).length > 0) return
    await journal.forget(recordingId)
    // Without an answer, the server gives it up by itself after a while.
    await cancelConsultation(consultationId)
  }

  private refuse(code: string, message: string): void {
    this.recorder = null
    this.letGo()
    this.dispatch({ type: 'refused', code, message })
  }

  private letGo(): void {
    this.wakeLock.release()
    this.microphone.close()
    this.releaseMicrophoneLock?.()
    this.releaseMicrophoneLock = null
  }

  private noteDelivery(delivery: Delivery): void {
    if (delivery.state.phase === 'sealed') {
      this.dispatch({ type: 'sealed', recordingId: delivery.recordingId })
      settleDraft(delivery.consultationId)
      this.store.patch({ delivered: new Set([...this.store.get().delivered, delivery.consultationId]) })
    }
    this.store.patch({ deliveries: this.outbox.list() })
  }

  private wouldLoseByClosing(): boolean {
    const { recorder, deliveries } = this.store.get()
    const isEnding = recorder.kind === 'stopping' || recorder.kind === 'discarding'
    return isLive(recorder) || isEnding || deliveries.length > 0
  }

  private dispatch(event: RecorderEvent): void {
    this.store.patch({ recorder: reduce(this.recorderState, event) })
  }
}

function isOf(state: RecorderState, recordingId: string): boolean {
  return 'recordingId' in state && state.recordingId === recordingId
}

function newEntry(recordingId: string, consultationId: string, doctorId: string): JournalEntry {
  return {
    recordingId,
    consultationId,
    doctorId,
    source: 'capture',
    state: 'running',
    startedAt: Date.now(),
    segments: [],
    gaps: [],
    wallClockMs: 0,
    file: null,
  }
}
