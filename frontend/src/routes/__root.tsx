import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { CaptureProvider } from '~/features/capture/CaptureProvider'
import { useAnnounceNavigation } from '~/features/shell/use-announce-navigation'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The document's title on this route. */
    title?: string
  }
}

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Root })

function Root() {
  useAnnounceNavigation()
  return (
    <CaptureProvider>
      <Outlet />
    </CaptureProvider>
  )
}
