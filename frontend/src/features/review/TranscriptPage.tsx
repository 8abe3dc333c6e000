import { PageHeader } from '~/ui/PageHeader'

/** Transcript of a consultation. */
export function TranscriptPage(_props: { consultationId: string }) {
  return <PageHeader title="Transcript" />
}
