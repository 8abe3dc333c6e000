import { createFileRoute } from '@tanstack/react-router'
import { PageHeader } from '~/ui/PageHeader'

export const Route = createFileRoute('/login')({
  staticData: { title: 'Sign in' },
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === 'string' ? { to: search.to } : {},
  component: () => <PageHeader title="Sign in" />,
})
