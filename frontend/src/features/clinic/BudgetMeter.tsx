import classes from './Clinic.module.css'
import { budgetNotice, money, percent, type Usage } from './usage'

/** How much of this month's budget is used; nothing where there is no budget. */
export function BudgetMeter({ usage }: { usage: Usage }) {
  const used = usage.months[0]?.microcents ?? 0
  if (usage.budget_cents === null) return null
  const share = Math.min(usage.share ?? 0, 1)
  return (
    <div className={classes.meter} data-level={usage.level}>
      <p>
        <strong>{money(used)}</strong> of ${(usage.budget_cents / 100).toFixed(2)} used this month (
        {percent(usage.share)})
      </p>
      {/* The line above says the same in words. */}
      <div className={classes.track} aria-hidden>
        <div className={classes.fill} style={{ inlineSize: `${share * 100}%` }} />
      </div>
      {usage.is_stopped && <p className={classes.notice}>{budgetNotice(usage)}</p>}
    </div>
  )
}
