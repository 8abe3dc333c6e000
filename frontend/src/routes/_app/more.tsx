import { createFileRoute } from '@tanstack/react-router'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/_app/more')({
  staticData: { title: 'More' },
  component: () => (
    <Page>
      <PageHeader title="More" />
    </Page>
  ),
})
