import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { api } from '~/api/client'
import classes from './Clinic.module.css'
import { budgetNotice } from './usage'

/** Tells an admin on the worklist that the budget is nearly or wholly used. Nothing while there is room. */
export function BudgetBar() {
  const usage = api.useQuery(
    'get',
    '/api/clinic/usage',
    { params: { query: { months: 1 } } },
    { staleTime: 60_000 },
  )
  const notice = usage.data ? budgetNotice(usage.data) : null
  return (
    <div role="status">
      {notice && (
        <p className={classes.budgetBar}>
          <IconAlertTriangle size={18} aria-hidden />
          <span>
            {notice} <Link to="/clinic">Clinic settings</Link>
          </span>
        </p>
      )}
    </div>
  )
}
