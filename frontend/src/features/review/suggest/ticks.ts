import { useState } from 'react'
import type { Suggestion, SuggestionRow } from '../model/types'
import type { Ticked } from './use-suggestions'

/** Which lines are ticked: as proposed, until the doctor says otherwise. A comparison made anew keeps their word. */
export function useTicks(suggestion: Suggestion) {
  const [own, setOwn] = useState<ReadonlyMap<string, boolean>>(new Map())
  const isTicked = (row: SuggestionRow): boolean => own.get(row.sentence.id) ?? row.is_ticked
  const idsOf = (kind: SuggestionRow['kind']): string[] =>
    suggestion.rows.filter((row) => row.kind === kind && isTicked(row)).map((row) => row.sentence.id)
  const ticked: Ticked = { remove: idsOf('removed'), take: idsOf('added') }
  return {
    isTicked,
    tick: (row: SuggestionRow, next: boolean) => setOwn((known) => new Map(known).set(row.sentence.id, next)),
    ticked,
    count: ticked.remove.length + ticked.take.length,
  }
}
