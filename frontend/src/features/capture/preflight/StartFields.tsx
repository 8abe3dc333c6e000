import { Select } from '@mantine/core'
import { ErrorState } from '~/ui/ErrorState'
import { PatientPicker } from '~/ui/PatientPicker'
import { ConsentControl } from './ConsentControl'
import classes from './StartFields.module.css'
import { LANGUAGES, type StartForm } from './use-start-form'

/** Patient, template, language and consent: the same for recording and for a file. */
export function StartFields({ form }: { form: StartForm }) {
  const { data: templates = [], refetch } = form.templates
  const failure: unknown = form.templates.error
  return (
    <>
      <PatientPicker value={form.patient} onChange={form.setPatient} mayWait />
      {failure !== null && <ErrorState error={failure} onRetry={() => void refetch()} />}
      <div className={classes.pair}>
        <Select
          label="Note template"
          data={templates.map(({ key, name }) => ({ value: key, label: name }))}
          value={form.templateKey}
          onChange={form.setTemplate}
        />
        <Select
          label="Language"
          data={LANGUAGES}
          value={form.language}
          onChange={(language) => language && form.setLanguage(language)}
        />
      </div>
      <ConsentControl language={form.language} value={form.consent} onChange={form.setConsent} />
    </>
  )
}
