import { PageHeader } from '~/ui/PageHeader'

/** History of a consultation. */
export function HistoryPage(_props: { consultationId: string }) {
  return <PageHeader title="History" />
}
