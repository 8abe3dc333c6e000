import { createFileRoute } from '@tanstack/react-router'
import { RecordPage } from '~/features/capture/RecordPage'

export const Route = createFileRoute('/_app/record')({
  staticData: { title: 'Record' },
  component: RecordPage,
})
