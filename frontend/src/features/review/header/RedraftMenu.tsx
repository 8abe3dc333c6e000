import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '~/api/client'
import { toProblem } from '~/api/errors'
import classes from './Header.module.css'
import type { Redraft } from './use-redraft'

/** Menu items to draft the note again, into the same template or another. */
export function RedraftItems({ redraft, templateKey }: { redraft: Redraft; templateKey: string }) {
  const { data: templates } = useQuery(api.queryOptions('get', '/api/templates'))
  return (
    <>
      <Menu.Divider role="separator" />
      {templates?.map((template) => (
        <Menu.Item key={template.key} onClick={() => redraft.ask(template.key)}>
          {template.key === templateKey ? 'Draft again' : `Draft again as ${template.name}`}
        </Menu.Item>
      ))}
    </>
  )
}

/** Asks in place before human words are replaced, and says why drafting again was refused. */
export function RedraftBar({ redraft }: { redraft: Redraft }) {
  if (redraft.confirming) {
    return (
      <div className={classes.redraft} role="alert">
        <span>
          This note was changed by hand. Drafting again replaces those words; they stay in the history and can
          be restored.
        </span>
        <Button size="xs" onClick={redraft.confirm} loading={redraft.isPending}>
          Draft again
        </Button>
        <Button size="xs" variant="default" onClick={redraft.dismiss}>
          Keep the note
        </Button>
      </div>
    )
  }
  if (redraft.error === null) return null
  return (
    <div className={classes.redraft} role="alert">
      <span>{toProblem(redraft.error).message}</span>
      <Button size="xs" variant="default" onClick={redraft.dismiss}>
        Close
      </Button>
    </div>
  )
}
