import { Select } from '@mantine/core'
import { ErrorState } from '~/ui/ErrorState'
import { PatientPicker } from '~/ui/PatientPicker'
import { ConsentControl } from './ConsentControl'
import classes from './StartFields.module.css'
import type { StartForm } from './use-start-form'

/** Patient, template, language and consent: the same for recording and for a file. */
export function StartFields({ form }: { form: StartForm }) {
  const { data: templates = [] } = form.templates
  const { data: languages = [] } = form.languages
  const failed = [form.templates, form.languages].find((query) => query.error)
  return (
    <>
      <PatientPicker value={form.patient} onChange={form.setPatient} mayWait />
      {failed && <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />}
      <div className={classes.pair}>
        <Select
          label="Note template"
          data={templates.map(({ key, name }) => ({ value: key, label: name }))}
          value={form.templateKey}
          onChange={form.setTemplate}
        />
        <Select
          label="Language"
          data={languages.map(({ code, name }) => ({ value: code, label: name }))}
          value={form.language}
          onChange={(language) => language && form.setLanguage(language)}
        />
      </div>
      <ConsentControl language={form.language} value={form.consent} onChange={form.setConsent} />
    </>
  )
}
