import { Menu, UnstyledButton } from '@mantine/core'
import { IconKeyboard, IconLock, IconLogout, IconSettings } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '~/api/session'
import { initials } from '~/lib/names'
import classes from './AccountMenu.module.css'
import { useAccountActions } from './account-actions'

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const { onLock, onSignOut, onShortcuts } = useAccountActions()
  const { user, clinic } = useSession()
  return (
    <Menu position="right-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={`Account of ${user.full_name}`}>
          <span className={classes.initials} aria-hidden>
            {initials(user.full_name)}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{user.full_name}</strong>
          <span>{clinic.name}</span>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} aria-hidden />}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={onLock}>
          Lock screen
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={onSignOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
