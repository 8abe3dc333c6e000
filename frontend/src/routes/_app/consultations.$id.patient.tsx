import { createFileRoute } from '@tanstack/react-router'
import { PatientPage } from '~/features/review/patient/PatientPage'

export const Route = createFileRoute('/_app/consultations/$id/patient')({
  staticData: { title: 'For the patient' },
  component: () => <PatientPage consultationId={Route.useParams().id} />,
})
