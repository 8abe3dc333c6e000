import { useEffect, useState } from 'react'
import { WarningBar } from '../record/SafetyLine'

/** Three hours at 32 kbit/s, encrypted and with room to spare. */
const WANTED_BYTES = 200 * 1024 * 1024

/** Says so before the start when this device has little room to keep audio safe. */
export function StorageWarning() {
  const [isTight, setTight] = useState(false)

  useEffect(() => {
    void navigator.storage
      ?.estimate?.()
      .then(({ quota = Number.POSITIVE_INFINITY, usage = 0 }) => setTight(quota - usage < WANTED_BYTES))
      .catch(() => undefined)
  }, [])

  if (!isTight) return null
  return (
    <WarningBar>
      This device has little room left. You can record, but keep the connection: audio that does not fit here
      is sent at once.
    </WarningBar>
  )
}
