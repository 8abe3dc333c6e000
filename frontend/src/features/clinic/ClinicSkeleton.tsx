import { Skeleton, VisuallyHidden } from '@mantine/core'
import { Delayed } from '~/ui/Delayed'

/** The form's shape while it loads. */
export function ClinicSkeleton() {
  return (
    <Delayed>
      <div role="status">
        <VisuallyHidden>Loading the clinic’s settings</VisuallyHidden>
        <Skeleton height={180} mb={16} />
        <Skeleton height={140} mb={16} />
        <Skeleton height={80} />
      </div>
    </Delayed>
  )
}
