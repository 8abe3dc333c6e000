import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { api } from '~/api/client'
import { atVendor } from './at-vendor'
import classes from './Clinic.module.css'

const REFRESH_MS = 30_000

/** What keeps recordings waiting at AssemblyAI, and what is there now. Nothing where there is nothing to say. */
export function VendorStatus() {
  const vendor = api.useQuery('get', '/api/clinic/vendor', {}, { refetchInterval: REFRESH_MS })
  if (!vendor.data) return null
  const line = atVendor(vendor.data)
  return (
    <>
      {vendor.data.problem && (
        <Alert color="red" icon={<IconAlertTriangle size={18} aria-hidden />} role="alert">
          {vendor.data.problem}
        </Alert>
      )}
      {line && <p className={classes.line}>{line}</p>}
    </>
  )
}
