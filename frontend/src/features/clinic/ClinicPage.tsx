import { api } from '~/api/client'
import { useSession } from '~/api/session'
import { ErrorState } from '~/ui/ErrorState'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { ClinicSkeleton } from './ClinicSkeleton'
import { SettingsForm } from './SettingsForm'
import { UsageSection } from './UsageSection'
import { VendorStatus } from './VendorStatus'

/** Where the clinic's audio and transcripts go, and what that may cost. */
export function ClinicPage() {
  const { clinic } = useSession()
  const settings = api.useQuery('get', '/api/clinic/settings')
  return (
    <Page narrow>
      <PageHeader
        title="Clinic"
        meta={`${clinic.name}: where audio and transcripts go, and what it costs.`}
      />
      {settings.isPending && <ClinicSkeleton />}
      {settings.isError && !settings.data && (
        <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      <VendorStatus />
      {settings.data && <SettingsForm settings={settings.data} />}
      <UsageSection />
    </Page>
  )
}
