import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Schema } from '~/api/client'
import { useSession } from '~/api/session'
import { patientName } from '~/lib/names'
import { can } from '~/lib/permissions'
import { ageInYears, length, shortDay, timeOfDay } from '~/lib/time'
import { ConsultationPill } from '~/ui/ConsultationPill'
import { RowActions } from './RowActions'
import { useTemplateNames } from './use-template-names'
import classes from './WorklistRow.module.css'

type Consultation = Schema<'ConsultationRead'>

/** One consultation: when, who, how long, how far; with what failed and what to do about it. */
export function WorklistRow({ consultation, isToday }: { consultation: Consultation; isToday: boolean }) {
  const { clinic, user } = useSession()
  const { started_at, patient, duration_ms } = consultation
  const time = timeOfDay(started_at, clinic.timezone)
  return (
    <li className={classes.item} data-doctors={can.seeAllDoctors(user) || undefined}>
      <Link to="/consultations/$id" params={{ id: consultation.id }} className={classes.link} data-row-link>
        <time className={classes.time} dateTime={started_at}>
          {isToday ? time : <DayAndTime iso={started_at} time={time} timeZone={clinic.timezone} />}
        </time>
        <span className={classes.who}>
          <span className={classes.name} data-missing={!patient || undefined}>
            {patient ? patientName(patient) : 'No patient yet'}
          </span>
          <Facts consultation={consultation} />
        </span>
        {can.seeAllDoctors(user) && <span className={classes.doctor}>{consultation.doctor_name}</span>}
        <span className={classes.length}>{duration_ms !== null && length(duration_ms)}</span>
        <span className={classes.status}>
          <ConsultationPill consultation={consultation} />
        </span>
        <IconChevronRight className={classes.chevron} size={18} stroke={1.6} aria-hidden />
      </Link>
      <RowActions consultation={consultation} />
    </li>
  )
}

function DayAndTime(props: { iso: string; time: string; timeZone: string }) {
  return (
    <>
      {shortDay(props.iso, new Date(), props.timeZone)} <span className={classes.hour}>{props.time}</span>
    </>
  )
}

function Facts({ consultation }: { consultation: Consultation }) {
  const { patient, template_key, started_at, doctor_name } = consultation
  const { user } = useSession()
  const templates = useTemplateNames()
  const facts = [
    patient?.birth_date && `${ageInYears(patient.birth_date, new Date(started_at))} y`,
    patient && GENDER[patient.gender],
    templates[template_key],
    patient?.identifier,
  ]
  return (
    <span className={classes.facts}>
      {facts.filter(Boolean).join(' · ')}
      {can.seeAllDoctors(user) && <span className={classes.inlineDoctor}> · {doctor_name}</span>}
    </span>
  )
}

const GENDER: Record<string, string> = { female: 'female', male: 'male', other: 'other gender' }
