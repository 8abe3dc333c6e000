import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import type { Preferences } from '~/api/session'
import { configureShortcuts } from '~/lib/use-shortcuts'

/** Makes the user's theme, text size and shortcut choice take effect on this screen. */
export function useApplyPreferences({ theme, text_size, single_key_shortcuts }: Preferences): void {
  const { setColorScheme } = useMantineColorScheme()

  useEffect(() => {
    setColorScheme(theme === 'light' || theme === 'dark' ? theme : 'auto')
  }, [theme, setColorScheme])

  useEffect(() => {
    document.documentElement.dataset.textSize = text_size
  }, [text_size])

  useEffect(() => {
    configureShortcuts({ singleKeys: single_key_shortcuts })
  }, [single_key_shortcuts])
}
