import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { renderApp } from '~/test/render'
import { CaptureProvider } from '../CaptureProvider'
import { Capture } from '../capture'
import type { Delivery } from '../upload/outbox'
import { WayOut } from './WayOut'

const CANCELLED: Delivery = {
  recordingId: 'r1',
  consultationId: 'k1',
  source: 'capture',
  startedAt: 0,
  sent: 1,
  state: { phase: 'stopped', problem: { kind: 'cancelled' } },
}

function aWayOut() {
  const capture = new Capture()
  const bringBack = vi.spyOn(capture.outbox, 'bringBack').mockReturnValue()
  const drop = vi.spyOn(capture, 'dropCancelled').mockResolvedValue()
  renderApp(
    <CaptureProvider capture={capture}>
      <WayOut delivery={CANCELLED} />
    </CaptureProvider>,
  )
  return { bringBack, drop }
}

it('of a recording that was cancelled elsewhere is to bring it back', async () => {
  const { bringBack } = aWayOut()

  await userEvent.click(screen.getByRole('button', { name: 'Bring it back' }))

  expect(bringBack).toHaveBeenCalledExactlyOnceWith('r1')
})

it('or to delete it, after a question', async () => {
  const { drop } = aWayOut()

  await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
  expect(drop).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Delete this audio for good' }))

  expect(drop).toHaveBeenCalledExactlyOnceWith('k1')
})
