import { expect, it, vi } from 'vitest'
import { cancelConsultation } from './http-transport'

it('a discard asks for no more than to cancel what is still being recorded', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json({}))

  const reply = await cancelConsultation('k1')

  expect(reply).toEqual({ kind: 'done', value: null })
  expect(fetch.mock.calls.map(([address]) => address)).toEqual([
    '/api/consultations/k1/cancel?only_while_recording=true',
  ])
})
