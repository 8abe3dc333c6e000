import { Skeleton, VisuallyHidden } from '@mantine/core'
import { Delayed } from '~/ui/Delayed'

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f']

/** The list's shape while it loads. */
export function WorklistSkeleton() {
  return (
    <Delayed>
      <div role="status">
        <VisuallyHidden>Loading consultations</VisuallyHidden>
        <Skeleton height={16} width={60} mb={12} />
        {ROWS.map((row) => (
          <Skeleton key={row} height={56} mb={6} />
        ))}
      </div>
    </Delayed>
  )
}
