import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '~/api/client'
import { ErrorState } from '~/ui/ErrorState'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { AddPerson } from './AddPerson'
import classes from './People.module.css'
import { PeopleSkeleton } from './PeopleSkeleton'
import { PersonRow } from './PersonRow'

/** Who may sign in to the clinic, and as what. */
export function PeoplePage() {
  const [isAdding, setAdding] = useState(false)
  const people = api.useQuery('get', '/api/users')
  return (
    <Page>
      <PageHeader
        title="People"
        meta="Doctors see their own consultations; admins see all of the clinic’s, read only."
        actions={
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            Add person
          </Button>
        }
      />
      {people.isPending && <PeopleSkeleton />}
      {people.isError && <ErrorState error={people.error} onRetry={() => void people.refetch()} />}
      {people.data && (
        <ul className={classes.list}>
          {people.data.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
      )}
      <AddPerson isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  )
}
