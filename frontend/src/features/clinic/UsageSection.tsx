import { VisuallyHidden } from '@mantine/core'
import { api } from '~/api/client'
import { ErrorState } from '~/ui/ErrorState'
import { BudgetMeter } from './BudgetMeter'
import classes from './Clinic.module.css'
import { amount, KIND_NAMES, KINDS, type Month, money, monthName, monthsToShow, type Usage } from './usage'

/** What cloud services did for the clinic, month by month. */
export function UsageSection() {
  const usage = api.useQuery('get', '/api/clinic/usage', { params: { query: { months: 12 } } })
  return (
    <section className={classes.usage} aria-labelledby="usage">
      <h2 id="usage">Use of cloud services</h2>
      <p className={classes.hint}>
        Estimates by this server’s price list; AssemblyAI’s invoice counts. Months are the clinic’s own.
      </p>
      {usage.isError && <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.data && <Months usage={usage.data} />}
    </section>
  )
}

function Months({ usage }: { usage: Usage }) {
  const months = monthsToShow(usage.months)
  const most = Math.max(...months.map((month) => month.microcents))
  return (
    <>
      <BudgetMeter usage={usage} />
      {most === 0 && months.every((month) => month.lines.length === 0) ? (
        <p className={classes.empty}>Nothing was sent to a cloud service in the last twelve months.</p>
      ) : (
        <table className={classes.table} aria-labelledby="usage">
          <thead>
            <tr>
              <th scope="col">Month</th>
              {KINDS.map((kind) => (
                <th key={kind} scope="col">
                  {KIND_NAMES[kind]}
                </th>
              ))}
              <th scope="col">Estimated cost</th>
            </tr>
          </thead>
          <tbody>
            {months.map((month) => (
              <MonthRow key={month.month} month={month} most={most} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

function MonthRow({ month, most }: { month: Month; most: number }) {
  return (
    <tr>
      <th scope="row">{monthName(month.month)}</th>
      {KINDS.map((kind) => (
        <td key={kind}>
          {amount(month, kind) ?? (
            <>
              <span aria-hidden>–</span>
              <VisuallyHidden>none</VisuallyHidden>
            </>
          )}
        </td>
      ))}
      <td>
        {money(month.microcents)}
        {/* The figure beside it says the same. */}
        <span
          className={classes.bar}
          aria-hidden
          style={{ inlineSize: `${most ? (month.microcents / most) * 100 : 0}%` }}
        />
      </td>
    </tr>
  )
}
