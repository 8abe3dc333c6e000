import {
  type Icon,
  IconBuildingHospital,
  IconDots,
  IconListDetails,
  IconPlayerRecordFilled,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { can } from '~/lib/permissions'
import { AccountMenu } from './AccountMenu'
import classes from './Navigation.module.css'

interface Item {
  to: LinkProps['to']
  label: string
  icon: Icon
  recording?: boolean
}

const RECORD: Item = { to: '/record', label: 'Record', icon: IconPlayerRecordFilled, recording: true }
const WORKLIST: Item = { to: '/', label: 'Consultations', icon: IconListDetails }
const PEOPLE: Item = { to: '/people', label: 'People', icon: IconUsers }
const CLINIC: Item = { to: '/clinic', label: 'Clinic', icon: IconBuildingHospital }
const SETTINGS: Item = { to: '/settings', label: 'Settings', icon: IconSettings }

/** The rail at the left of tablets and desktops. */
export function NavRail() {
  const { user } = useSession()
  const items = [
    WORKLIST,
    ...(can.record(user) ? [RECORD] : []),
    ...(can.managePeople(user) ? [PEOPLE] : []),
    ...(can.manageClinic(user) ? [CLINIC] : []),
    SETTINGS,
  ]
  return (
    <nav className={classes.rail} aria-label="Main">
      <Link to="/" className={classes.brand}>
        Scribe
      </Link>
      <ul className={classes.list}>
        {items.map((item) => (
          <li key={item.label}>
            <NavLink item={item} />
          </li>
        ))}
      </ul>
      <AccountMenu />
    </nav>
  )
}

/** The bar at the bottom of phones, within reach of the thumb. */
export function BottomBar() {
  const { user } = useSession()
  return (
    <nav className={classes.bar} aria-label="Main">
      <NavLink item={WORKLIST} />
      <NavLink item={can.record(user) ? RECORD : PEOPLE} />
      <NavLink item={{ to: '/more', label: 'More', icon: IconDots }} />
    </nav>
  )
}

function NavLink({ item }: { item: Item }) {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // A consultation's pages lie below the list that they were opened from, though not by their address.
  const isBelow = item.to === '/' && path.startsWith('/consultations/')
  return (
    <Link
      to={item.to}
      className={classes.link}
      activeOptions={{ exact: item.to === '/', includeSearch: false }}
      {...(isBelow && { 'aria-current': 'true', 'data-below': true })}
    >
      <item.icon className={item.recording ? classes.red : undefined} size={22} stroke={1.6} aria-hidden />
      <span>{item.label}</span>
    </Link>
  )
}
