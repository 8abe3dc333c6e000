import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { useSession } from '~/api/session'
import { TranscribedBy } from '~/features/clinic/TranscribedBy'
import { ChangePasswordForm } from '~/features/session/ChangePasswordForm'
import { Appearance } from '~/features/settings/Appearance'
import { Assistance } from '~/features/settings/Assistance'
import { MicrophoneTest } from '~/features/settings/MicrophoneTest'
import { YourWording } from '~/features/settings/YourWording'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { SettingsSection } from '~/ui/SettingsSection'

export const Route = createFileRoute('/_app/settings')({
  staticData: { title: 'Settings' },
  component: Settings,
})

function Settings() {
  const { user } = useSession()
  const [isChanged, setChanged] = useState(false)
  return (
    <Page narrow>
      <PageHeader title="Settings" meta={`${user.full_name}, ${user.email}`} />
      <SettingsSection title="Microphone" text="Hear what Scribe hears. Nothing is kept or sent.">
        <MicrophoneTest />
      </SettingsSection>
      <SettingsSection title="Appearance">
        <Appearance />
      </SettingsSection>
      <SettingsSection title="Assistance">
        <Assistance />
      </SettingsSection>
      <SettingsSection
        title="Your wording"
        text="Learned from how you change drafts. Only wording is learned, never a fact, and only for you."
      >
        <YourWording />
      </SettingsSection>
      <SettingsSection title="Password" text="Changing it signs out all your other devices.">
        <ChangePasswordForm
          email={user.email}
          currentLabel="Current password"
          onChanged={() => setChanged(true)}
        />
        <p role="status">{isChanged && 'The password is changed.'}</p>
      </SettingsSection>
      <TranscribedBy />
    </Page>
  )
}
