import { Button, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { useSession } from '~/api/session'
import classes from './People.module.css'
import { isRole, ROLES } from './roles'

/** A person, their role, and whether they may sign in. Nobody changes themselves, so no clinic loses its last admin. */
export function PersonRow({ person }: { person: Schema<'UserRead'> }) {
  const { user } = useSession()
  const queryClient = useQueryClient()
  const update = api.useMutation('patch', '/api/users/{user_id}', {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['get', '/api/users'] }),
  })
  const change = (body: Schema<'UserUpdate'>) =>
    update.mutate({ params: { path: { user_id: person.id } }, body })
  const isSelf = person.id === user.id
  return (
    <li className={classes.person} data-inactive={!person.is_active || undefined}>
      <div className={classes.who}>
        <span className={classes.name}>
          {person.full_name}
          {isSelf && <span className={classes.mark}>you</span>}
          {!person.is_active && <span className={classes.mark}>deactivated</span>}
          {person.is_active && person.must_change_password && (
            <span className={classes.mark}>has not chosen a password yet</span>
          )}
        </span>
        <span className={classes.email}>{person.email}</span>
      </div>
      <Select
        aria-label={`Role of ${person.full_name}`}
        className={classes.role}
        data={ROLES}
        value={person.role}
        disabled={isSelf || update.isPending}
        onChange={(role) => isRole(role) && role !== person.role && change({ role })}
      />
      <Button
        className={classes.action}
        variant="default"
        disabled={isSelf}
        title={isSelf ? 'Another admin can deactivate you' : undefined}
        loading={update.isPending}
        onClick={() => change({ is_active: !person.is_active })}
      >
        {person.is_active ? 'Deactivate' : 'Activate'}
      </Button>
      {update.isError && (
        <p className={classes.error} role="alert">
          {toProblem(update.error).message}
        </p>
      )}
    </li>
  )
}
