import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client'
import { createAppRouter } from './router'
import { AppTheme } from './theme/AppTheme'
import { styleNonce } from './theme/nonce'
import '@fontsource-variable/atkinson-hyperlegible-next'
import './theme/mantine-styles'
import './theme/tokens.css'

window.__webpack_nonce__ = styleNonce()

const queryClient = createQueryClient()
const router = createAppRouter(queryClient)

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <AppTheme>
          <RouterProvider router={router} />
        </AppTheme>
      </QueryClientProvider>
    </StrictMode>,
  )
