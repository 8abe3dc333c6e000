import { Skeleton, VisuallyHidden } from '@mantine/core'
import { Delayed } from '~/ui/Delayed'

/** The list's shape while it loads. */
export function PeopleSkeleton() {
  return (
    <Delayed>
      <div role="status">
        <VisuallyHidden>Loading people</VisuallyHidden>
        <Skeleton height={60} mb={6} />
        <Skeleton height={60} mb={6} />
        <Skeleton height={60} />
      </div>
    </Delayed>
  )
}
