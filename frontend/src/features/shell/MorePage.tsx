import {
  IconBuildingHospital,
  IconChevronRight,
  IconLock,
  IconLogout,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { can } from '~/lib/permissions'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { useAccountActions } from './account-actions'
import classes from './MorePage.module.css'

/** What the phone's bar has no room for. */
export function MorePage() {
  const { user, clinic } = useSession()
  const { onLock, onSignOut } = useAccountActions()
  return (
    <Page narrow>
      <PageHeader title="More" meta={`${user.full_name}, ${clinic.name}`} />
      <ul className={classes.list}>
        <li>
          <Link to="/settings" className={classes.item}>
            <IconSettings size={20} stroke={1.6} aria-hidden />
            <span>Settings</span>
            <IconChevronRight size={18} stroke={1.6} aria-hidden />
          </Link>
        </li>
        {can.managePeople(user) && (
          <li>
            <Link to="/people" className={classes.item}>
              <IconUsers size={20} stroke={1.6} aria-hidden />
              <span>People</span>
              <IconChevronRight size={18} stroke={1.6} aria-hidden />
            </Link>
          </li>
        )}
        {can.manageClinic(user) && (
          <li>
            <Link to="/clinic" className={classes.item}>
              <IconBuildingHospital size={20} stroke={1.6} aria-hidden />
              <span>Clinic</span>
              <IconChevronRight size={18} stroke={1.6} aria-hidden />
            </Link>
          </li>
        )}
        <li>
          <button type="button" className={classes.item} onClick={onLock}>
            <IconLock size={20} stroke={1.6} aria-hidden />
            <span>Lock screen</span>
          </button>
        </li>
        <li>
          <button type="button" className={classes.item} onClick={onSignOut}>
            <IconLogout size={20} stroke={1.6} aria-hidden />
            <span>Sign out</span>
          </button>
        </li>
      </ul>
    </Page>
  )
}
