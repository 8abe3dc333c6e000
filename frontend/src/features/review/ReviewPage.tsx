import { ErrorState } from '~/ui/ErrorState'
import { NotFound } from '~/ui/NotFound'
import { PageSkeleton } from '~/ui/PageSkeleton'
import { isMissing, useConsultation } from './queries'
import { ReviewScreen } from './ReviewScreen'

/** Review of a consultation: hear, read, correct, sign. */
export function ReviewPage({ consultationId }: { consultationId: string }) {
  const { data: consultation, error, refetch } = useConsultation(consultationId)
  if (consultation !== undefined) return <ReviewScreen key={consultation.id} consultation={consultation} />
  if (isMissing(error)) return <NotFound />
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <PageSkeleton />
}
