import { createFileRoute } from '@tanstack/react-router'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/password')({
  staticData: { title: 'New password' },
  component: () => <PageHeader title="New password" />,
})
