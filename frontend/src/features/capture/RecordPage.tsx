import { PageHeader } from '~/ui/PageHeader'

/** Records a consultation. */
export function RecordPage() {
  return <PageHeader title="Record" />
}
