import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { toProblem } from '~/api/errors'
import classes from './ErrorState.module.css'

/** What went wrong in the server's plain words, the id to quote, and Retry. */
export function ErrorState(props: { error: unknown; onRetry?: () => void }) {
  const problem = toProblem(props.error)
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle className={classes.icon} size={20} aria-hidden />
      <div>
        <p className={classes.message}>{problem.message}</p>
        {problem.requestId && (
          <p className={classes.id}>
            If you report this, quote <code>{problem.requestId}</code>
          </p>
        )}
        {props.onRetry && (
          <Button variant="default" mt="sm" onClick={props.onRetry}>
            Retry
          </Button>
        )}
      </div>
    </div>
  )
}
