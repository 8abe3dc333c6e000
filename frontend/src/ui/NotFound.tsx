import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from './EmptyState'
import { Page } from './Page'
import { PageHeader } from './PageHeader'

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page>
      <PageHeader title="Page not found" />
      <EmptyState
        title="There is nothing at this address"
        action={
          <Button component={Link} to="/">
            Go to consultations
          </Button>
        }
      />
    </Page>
  )
}
