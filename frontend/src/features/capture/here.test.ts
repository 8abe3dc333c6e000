import { describe, expect, it } from 'vitest'
import { recordingsHere } from './HereProvider'
import type { RecorderState } from './recorder/machine'
import { anEntry } from './testing/a-recording'
import type { Delivery } from './upload/outbox'

const RUNNING = { recordingId: 'r1', consultationId: 'c1', startedAt: 0, recordedMs: 0 }
const IDLE: RecorderState = { kind: 'idle' }

function aDelivery(phase: Delivery['state']['phase']): Delivery {
  const { recordingId, consultationId, startedAt } = RUNNING
  return {
    recordingId,
    consultationId,
    source: 'capture',
    startedAt,
    state: { phase, problem: null },
    sent: 0.637,
  }
}

describe('what this device says of a recording', () => {
  it('is what the recorder does while it runs, though chunks are being sent', () => {
    const deliveries = [aDelivery('sending')]
    const none = new Set<string>()

    const running = recordingsHere(
      {
        recorder: { kind: 'recording', stintStartedAt: 0, alarm: null, ...RUNNING },
        deliveries,
        delivered: none,
      },
      [],
    )
    const paused = recordingsHere(
      { recorder: { kind: 'paused', ...RUNNING }, deliveries, delivered: none },
      [],
    )

    expect([running.get('c1')?.kind, paused.get('c1')?.kind]).toEqual(['recording', 'paused'])
  })

  it('is how much of it is on its way, also in the moment after it has arrived', () => {
    const sending = recordingsHere(
      { recorder: IDLE, deliveries: [aDelivery('sending')], delivered: new Set() },
      [],
    )
    const arrived = recordingsHere({ recorder: IDLE, deliveries: [], delivered: new Set(['c1']) }, [])

    expect([sending.get('c1'), arrived.get('c1')]).toEqual([
      { kind: 'sending', sent: 63 },
      { kind: 'sending', sent: null },
    ])
  })

  it('is that it is kept here, once it is refused or left behind', () => {
    const refused = recordingsHere(
      { recorder: IDLE, deliveries: [aDelivery('stopped')], delivered: new Set() },
      [],
    )
    const entry = anEntry({ consultationId: 'c1' })
    const left = recordingsHere({ recorder: IDLE, deliveries: [], delivered: new Set() }, [
      { entry, recordedMs: 0, problem: null, mayDelete: true },
    ])

    expect([refused.get('c1')?.kind, left.get('c1')?.kind]).toEqual(['kept', 'kept'])
  })

  it('is that it is being given up, until the server has cancelled it', () => {
    const entry = anEntry({ consultationId: 'c1', state: 'discarded' })

    const now = recordingsHere(
      {
        recorder: { kind: 'discarding', ...RUNNING },
        deliveries: [aDelivery('sending')],
        delivered: new Set(),
      },
      [],
    )
    const later = recordingsHere({ recorder: IDLE, deliveries: [], delivered: new Set() }, [
      { entry, recordedMs: 0, problem: null, mayDelete: false },
    ])

    expect([now.get('c1')?.kind, later.get('c1')?.kind]).toEqual(['discarded', 'discarded'])
  })
})
