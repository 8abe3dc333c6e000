import { api } from '~/api/client'
import { patientName } from '~/lib/names'
import { AssignPatientButton } from '~/ui/AssignPatientButton'
import { useRunningConsultation } from '../use-running-consultation'
import classes from './WhoseRecording.module.css'

/** Whose consultation is being recorded, and into which note it goes. */
export function WhoseRecording() {
  const consultation = useRunningConsultation()
  const { data: templates = [] } = api.useQuery('get', '/api/templates')
  if (!consultation) return null
  const { id, patient, template_key, permissions } = consultation
  const template = templates.find(({ key }) => key === template_key)
  return (
    <div className={classes.whose}>
      <p className={classes.names}>
        <strong className={classes.patient}>{patient ? patientName(patient) : 'No patient yet'}</strong>
        <span className={classes.facts}>
          {[patient?.birth_date, patient?.identifier, template?.name].filter(Boolean).join(' · ')}
        </span>
      </p>
      {permissions.assign && (
        <AssignPatientButton
          consultationId={id}
          size="compact-sm"
          variant={patient ? 'subtle' : 'default'}
          className={classes.assign}
        >
          {patient ? 'Change patient' : 'Assign patient'}
        </AssignPatientButton>
      )}
    </div>
  )
}
