import { useNetwork } from '@mantine/hooks'
import { IconWifiOff } from '@tabler/icons-react'
import classes from './OfflineBar.module.css'

/** Says what still works without a network. A bar and not a toast: it stays as long as it is true. */
export function OfflineBar() {
  const { online } = useNetwork()
  return (
    <div role="status">
      {!online && (
        <p className={classes.bar}>
          <IconWifiOff size={18} aria-hidden />
          <span>
            <strong>No network.</strong> Recording goes on and is sent later. Lists and notes need the
            network.
          </span>
        </p>
      )}
    </div>
  )
}
