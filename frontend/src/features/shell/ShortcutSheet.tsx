import { Modal } from '@mantine/core'
import { usePreferences } from '~/api/session'
import type { Shortcut } from '~/lib/shortcuts'
import { isSingleKey } from '~/lib/shortcuts'
import { useActiveShortcuts } from '~/lib/use-shortcuts'
import { Kbd } from '~/ui/Kbd'
import classes from './ShortcutSheet.module.css'

/** All keys that work on the screen one is on. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { single_key_shortcuts: hasSingleKeys } = usePreferences()
  const works = (shortcut: Shortcut) => hasSingleKeys || !isSingleKey(shortcut.keys)
  const groups = Map.groupBy(useActiveShortcuts().filter(works), (shortcut) => shortcut.group)
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {!hasSingleKeys && <p className={classes.note}>Single-key shortcuts are off; settings turn them on.</p>}
      <div className={classes.groups}>
        {[...groups].map(([group, shortcuts]) => (
          <section key={group}>
            <h3 className={classes.title}>{group}</h3>
            <dl className={classes.list}>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.keys} className={classes.row}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Kbd keys={shortcut.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
