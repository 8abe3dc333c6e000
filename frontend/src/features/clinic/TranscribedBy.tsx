import { api } from '~/api/client'
import classes from './Clinic.module.css'
import { transcribedBy } from './transcribed-by'

/** One quiet line for everyone: where the clinic's audio is turned into words. */
export function TranscribedBy() {
  const choices = api.useQuery('get', '/api/clinic/choices', {}, { staleTime: 60_000 })
  return choices.data ? <p className={classes.line}>{transcribedBy(choices.data)}</p> : null
}
