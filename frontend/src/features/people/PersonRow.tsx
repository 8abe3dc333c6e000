import { Button, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, type Schema } from '~/api/client'
import { toProblem } from '~/api/errors'
import { useSession } from '~/api/session'
import classes from './People.module.css'
import { isRole, LABEL, ROLES } from './roles'

/** A person, their role, and whether they may sign in. One's own row is for another admin to change. */
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
      {isSelf ? (
        <p className={classes.self}>{LABEL[person.role]}. Another admin can change this.</p>
      ) : (
        <>
          <Select
            aria-label={`Role of ${person.full_name}`}
            data={ROLES}
            value={person.role}
            disabled={update.isPending}
            onChange={(role) => isRole(role) && role !== person.role && change({ role })}
          />
          <Button
            variant="default"
            loading={update.isPending}
            aria-label={`${person.is_active ? 'Deactivate' : 'Activate'} ${person.full_name}`}
            onClick={() => change({ is_active: !person.is_active })}
          >
            {person.is_active ? 'Deactivate' : 'Activate'}
          </Button>
        </>
      )}
      {update.isError && (
        <p className={classes.error} role="alert">
          {toProblem(update.error).message}
        </p>
      )}
    </li>
  )
}
