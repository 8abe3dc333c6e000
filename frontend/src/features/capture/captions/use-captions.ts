import { useEffect, useReducer } from 'react'
import { type CaptionState, type Captions, hear, NO_CAPTIONS } from './captions'

/** States after which the server has nothing more to say. */
const LAST: readonly CaptionState['state'][] = ['off', 'ended']

/** The captions of a running recording. The stream is open only for as long as they are on the screen. */
export function useCaptions(consultationId: string): Captions {
  const [captions, tell] = useReducer(hear, NO_CAPTIONS)

  useEffect(() => {
    const source = new EventSource(`/api/consultations/${consultationId}/captions`)
    source.addEventListener('live', () => tell({ type: 'live' }))
    source.addEventListener('degraded', () => tell({ type: 'lost' }))
    // EventSource comes back by itself.
    source.onerror = () => tell({ type: 'lost' })
    source.addEventListener('turn', (event: MessageEvent<string>) =>
      tell({ type: 'turn', turn: JSON.parse(event.data) }),
    )
    source.addEventListener('state', (event: MessageEvent<string>) => {
      const state: CaptionState = JSON.parse(event.data)
      if (LAST.includes(state.state)) source.close()
      tell({ type: 'state', state })
    })
    return () => source.close()
  }, [consultationId])

  return captions
}
