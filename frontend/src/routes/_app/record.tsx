import { createFileRoute } from '@tanstack/react-router'
import { RecordPage } from '~/features/capture/RecordPage'

export const Route = createFileRoute('/_app/record')({
  staticData: { title: 'Record' },
  validateSearch: (search: Record<string, unknown>): { source?: 'upload' } =>
    search.source === 'upload' ? { source: 'upload' } : {},
  component: Record,
})

function Record() {
  const { source = 'capture' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <RecordPage
      source={source}
      onSourceChange={(next) => void navigate({ search: next === 'upload' ? { source: 'upload' } : {} })}
    />
  )
}
