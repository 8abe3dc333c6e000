import { createFileRoute } from '@tanstack/react-router'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/_app/settings')({
  staticData: { title: 'Settings' },
  component: () => (
    <Page>
      <PageHeader title="Settings" />
    </Page>
  ),
})
