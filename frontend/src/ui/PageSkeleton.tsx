import { Skeleton, VisuallyHidden } from '@mantine/core'
import { Delayed } from './Delayed'
import { Page } from './Page'

/** The shape of a page that is still loading. */
export function PageSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Page>
      <Delayed>
        <div role="status">
          <VisuallyHidden>Loading</VisuallyHidden>
          <Skeleton height={28} width={220} mb={24} />
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
            <Skeleton key={row} height={56} mb={8} />
          ))}
        </div>
      </Delayed>
    </Page>
  )
}
