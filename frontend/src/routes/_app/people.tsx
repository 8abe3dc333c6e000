import { createFileRoute } from '@tanstack/react-router'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/_app/people')({
  staticData: { title: 'People' },
  component: () => (
    <Page>
      <PageHeader title="People" />
    </Page>
  ),
})
