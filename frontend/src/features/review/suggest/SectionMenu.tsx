import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import classes from './Suggest.module.css'

/** What can be asked of the drafter for one section. What cannot be asked says why. */
export function SectionMenu(props: {
  title: string
  instructRefusal: string | null
  onRegenerate: () => void
  onInstruct: () => void
}) {
  const { title, instructRefusal, onRegenerate, onInstruct } = props
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <ActionIcon variant="default" size={28} className={classes.menu} aria-label={`More for ${title}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRegenerate}>Regenerate</Menu.Item>
        <Menu.Item
          aria-disabled={instructRefusal !== null}
          closeMenuOnClick={instructRefusal === null}
          onClick={instructRefusal === null ? onInstruct : undefined}
        >
          Instruct...
          {instructRefusal === null ? null : <span className={classes.why}>{instructRefusal}</span>}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
