import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb'
import type { ChunkPlan, JournalEntry, SealedSlice, SliceRef, StoredPlan } from './types'

/** What a recording needs from durable local storage. Writes resolve only once they are on the disk. */
export interface JournalStore {
  saveEntry(entry: JournalEntry): Promise<void>
  list(): Promise<JournalEntry[]>
  addSlice(slice: SealedSlice): Promise<void>
  slices(recordingId: string): Promise<SliceRef[]>
  readSlices(recordingId: string, segment: number, first: number, count: number): Promise<SealedSlice[]>
  writePlan(recordingId: string, plan: ChunkPlan): Promise<void>
  plans(recordingId: string): Promise<ChunkPlan[]>
  forget(recordingId: string): Promise<void>
}

interface JournalSchema extends DBSchema {
  recordings: { key: string; value: JournalEntry }
  slices: { key: [string, number, number]; value: SealedSlice }
  chunks: { key: [string, number, number]; value: StoredPlan }
}

type StoreName = 'recordings' | 'slices' | 'chunks'

/** The browser's disk, as an append-only buffer: slices are encrypted before they come here. */
export class IndexedDbJournal implements JournalStore {
  private constructor(private readonly database: IDBPDatabase<JournalSchema>) {}

  static async open(name = 'scribe-journal'): Promise<IndexedDbJournal> {
    const database = await openDB<JournalSchema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('recordings', { keyPath: 'recordingId' })
        fresh.createObjectStore('slices', { keyPath: ['recordingId', 'segment', 'slice'] })
        fresh.createObjectStore('chunks', { keyPath: ['recordingId', 'segment', 'number'] })
      },
    })
    return new IndexedDbJournal(database)
  }

  async saveEntry(entry: JournalEntry): Promise<void> {
    await this.write(['recordings'], (transaction) => transaction.objectStore('recordings').put(entry))
  }

  list(): Promise<JournalEntry[]> {
    return this.database.getAll('recordings')
  }

  async addSlice(slice: SealedSlice): Promise<void> {
    await this.write(['slices'], (transaction) => transaction.objectStore('slices').put(slice))
  }

  async slices(recordingId: string): Promise<SliceRef[]> {
    const found: SliceRef[] = []
    let cursor = await this.database.transaction('slices').store.openCursor(allOf(recordingId))
    while (cursor) {
      const { segment, slice, size, durationMs } = cursor.value
      found.push({ segment, slice, size, durationMs })
      cursor = await cursor.continue()
    }
    return found
  }

  readSlices(recordingId: string, segment: number, first: number, count: number): Promise<SealedSlice[]> {
    const range = IDBKeyRange.bound([recordingId, segment, first], [recordingId, segment, first + count - 1])
    return this.database.getAll('slices', range)
  }

  async writePlan(recordingId: string, plan: ChunkPlan): Promise<void> {
    await this.write(['chunks'], (transaction) =>
      transaction.objectStore('chunks').put({ ...plan, recordingId }),
    )
  }

  plans(recordingId: string): Promise<ChunkPlan[]> {
    return this.database.getAll('chunks', allOf(recordingId))
  }

  async forget(recordingId: string): Promise<void> {
    await this.write(['recordings', 'slices', 'chunks'], async (transaction) => {
      await transaction.objectStore('slices').delete(allOf(recordingId))
      await transaction.objectStore('chunks').delete(allOf(recordingId))
      await transaction.objectStore('recordings').delete(recordingId)
    })
  }

  close(): void {
    this.database.close()
  }

  private async write(
    stores: StoreName[],
    steps: (transaction: IDBPTransaction<JournalSchema, StoreName[], 'readwrite'>) => Promise<unknown>,
  ): Promise<void> {
    // Browsers default to `relaxed`, which reports success before the bytes have left memory.
    const transaction = this.database.transaction(stores, 'readwrite', { durability: 'strict' })
    // `done` is awaited beside the steps: an abort (quota) may come after every request has succeeded.
    await Promise.all([steps(transaction), transaction.done])
  }
}

/** Stands in where the browser gives no storage: every write fails, and audio is kept in memory instead. */
export class NoJournal implements JournalStore {
  saveEntry = refuse
  addSlice = refuse
  writePlan = refuse
  forget = async (): Promise<void> => undefined
  list = async (): Promise<JournalEntry[]> => []
  slices = async (): Promise<SliceRef[]> => []
  readSlices = async (): Promise<SealedSlice[]> => []
  plans = async (): Promise<ChunkPlan[]> => []
}

async function refuse(): Promise<void> {
  throw new DOMException('This browser offers no storage here.', 'QuotaExceededError')
}

function allOf(recordingId: string): IDBKeyRange {
  // An array sorts after every number, so [id, []] is the end of all keys that begin with id.
  return IDBKeyRange.bound([recordingId], [recordingId, []])
}
