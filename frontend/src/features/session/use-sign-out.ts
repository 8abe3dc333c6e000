import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '~/api/client'
import { tellOtherTabs } from './session-channel'
import { leaveToSignIn } from './use-session-guard'

export interface SignOut {
  /** True while the user is asked whether to leave audio behind that was not sent yet. */
  isAsking: boolean
  request: () => void
  confirm: () => void
  cancel: () => void
}

/** Signs out here and in the other tabs; asks first while this device holds unsent audio. */
export function useSignOut(hasUnsentAudio: () => Promise<boolean>): SignOut {
  const queryClient = useQueryClient()
  const [isAsking, setAsking] = useState(false)

  const confirm = async () => {
    // Without a network the cookie stays until it expires, but this browser shows and keeps nothing.
    await client.DELETE('/api/session').catch(() => undefined)
    queryClient.clear()
    tellOtherTabs('signed_out')
    leaveToSignIn()
  }
  const request = async () => ((await hasUnsentAudio()) ? setAsking(true) : confirm())

  return {
    isAsking,
    request: () => void request(),
    confirm: () => void confirm(),
    cancel: () => setAsking(false),
  }
}
