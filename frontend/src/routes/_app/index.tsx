import { createFileRoute } from '@tanstack/react-router'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/_app/')({
  staticData: { title: 'Consultations' },
  component: () => (
    <Page>
      <PageHeader title="Consultations" />
    </Page>
  ),
})
