import { Button } from '@mantine/core'
import { FormError } from '~/ui/FormError'
import { SettingsSection } from '~/ui/SettingsSection'
import { Budget } from './Budget'
import classes from './Clinic.module.css'
import { Conflict } from './Conflict'
import { type Settings, toSave } from './choices'
import { Drafting } from './Drafting'
import { LeaveDialog } from './LeaveDialog'
import { Transcription } from './Transcription'
import { type ClinicForm, useClinicForm } from './use-clinic-form'

/** What the clinic chooses of what its server offers. */
export function SettingsForm({ settings }: { settings: Settings }) {
  const form = useClinicForm(settings)
  const { choices, change } = form
  const shared = { choices, change, offers: settings.offers }
  return (
    <form
      className={classes.form}
      aria-label="Clinic settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (form.isChanged) form.save()
      }}
    >
      <SettingsSection title="Transcription" text="Counts for recordings that end from now on.">
        <Transcription {...shared} termsError={form.termsError} />
      </SettingsSection>
      <SettingsSection title="Drafting" text="The first draft of a note. A doctor signs every one.">
        <Drafting {...shared} />
      </SettingsSection>
      <SettingsSection title="Budget">
        <Budget choices={choices} change={change} />
      </SettingsSection>
      <SaveBar form={form} />
      <LeaveDialog isChanged={form.isChanged} />
    </form>
  )
}

function SaveBar({ form }: { form: ClinicForm }) {
  if (form.conflict)
    return <Conflict differences={form.conflict} onSaveMine={form.saveMine} onTakeTheirs={form.takeTheirs} />
  return (
    <div className={classes.saveBar} data-shown={form.isChanged || undefined}>
      <FormError error={form.error} />
      <div className={classes.actions}>
        <p className={classes.saveState} role="status">
          {form.termsError ? 'Not saved: see the key terms.' : stateOf(form)}
        </p>
        {form.isChanged && (
          <>
            <Button variant="default" onClick={form.discard} disabled={form.isSaving}>
              Discard
            </Button>
            <Button type="submit" loading={form.isSaving} disabled={toSave(form.choices) === null}>
              Save
            </Button>
          </>
        )}
      </div>
    </div>
  )
}

function stateOf(form: ClinicForm): string {
  if (form.isSaved) return 'Saved.'
  if (!form.isChanged) return ''
  return toSave(form.choices) === null ? 'The budget is no amount yet.' : 'Changes are not saved yet.'
}
