import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { documentTitle } from '~/lib/route-title'

/** After each navigation: the route's title, and focus on its h1, so that screen readers say where one is. */
export function useAnnounceNavigation(): void {
  const router = useRouter()

  useEffect(() => {
    const setTitle = () => {
      const titles = router.state.matches.map((match) => match.staticData.title).filter(Boolean)
      document.title = documentTitle(titles.at(-1))
    }
    setTitle()
    return router.subscribe('onRendered', ({ pathChanged }) => {
      setTitle()
      if (pathChanged) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
    })
  }, [router])
}
