import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useShortcuts } from '~/lib/use-shortcuts'
import { FILTERS, type Filter, type WorklistSearch } from './filters'
import classes from './WorklistFilters.module.css'

const NAMES: readonly Filter[] = ['all', 'review', 'progress', 'signed', 'failed']

/** Narrows the list; both the chips and the search live in the URL. */
export function WorklistFilters({ search }: { search: WorklistSearch }) {
  return (
    <div className={classes.bar}>
      <nav className={classes.chips} aria-label="Filter">
        {NAMES.map((name) => (
          <Link
            key={name}
            to="/"
            search={{ ...search, filter: name === 'all' ? undefined : name }}
            className={classes.chip}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {FILTERS[name].label}
          </Link>
        ))}
      </nav>
      <SearchBox search={search} />
    </div>
  )
}

function SearchBox({ search }: { search: WorklistSearch }) {
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const show = (q: string) =>
    void navigate({ to: '/', search: { ...search, q: q.trim() || undefined }, replace: true })
  const showSoon = useDebouncedCallback(show, 250)
  useShortcuts([{ keys: '/', label: 'Search', group: 'Worklist', run: () => input.current?.focus() }])

  // The URL leads (back, a link); while one types, the box does.
  useEffect(() => {
    if (input.current && input.current !== document.activeElement) input.current.value = search.q ?? ''
  }, [search.q])

  const clear = () => {
    if (input.current) input.current.value = ''
    showSoon.cancel()
    show('')
    input.current?.focus()
  }
  return (
    <TextInput
      ref={input}
      className={classes.search}
      type="text"
      role="searchbox"
      aria-label="Search by patient"
      placeholder="Search by patient"
      autoComplete="off"
      maxLength={100}
      defaultValue={search.q ?? ''}
      onChange={(event) => showSoon(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && clear()}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSectionPointerEvents="all"
      rightSection={search.q ? <CloseButton size="sm" aria-label="Clear search" onClick={clear} /> : null}
    />
  )
}
