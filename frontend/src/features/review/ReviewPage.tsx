import { PageHeader } from '~/ui/PageHeader'

/** Review of a consultation. */
export function ReviewPage(_props: { consultationId: string }) {
  return <PageHeader title="Review" />
}
