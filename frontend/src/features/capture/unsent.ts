import { IndexedDbJournal } from './journal/journal'

/** True while this device holds audio that the server has not sealed. */
export async function hasUnsentAudio(): Promise<boolean> {
  try {
    const journal = await IndexedDbJournal.open()
    const entries = await journal.list()
    journal.close()
    return entries.some(({ state }) => state !== 'sealed' && state !== 'discarded')
  } catch {
    return false
  }
}
