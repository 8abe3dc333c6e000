import { useRef } from 'react'
import type { Schema } from '~/api/client'
import { useShortcuts } from '~/lib/use-shortcuts'
import type { Group } from './group'
import { WorklistRow } from './WorklistRow'
import classes from './WorklistRows.module.css'

/** The groups of the list. J and K move the focus from row to row; Enter opens, as on any link. */
export function WorklistRows(props: { groups: Group<Schema<'ConsultationRead'>>[]; isStale: boolean }) {
  const list = useRef<HTMLDivElement>(null)
  const move = (step: 1 | -1) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])]
    const at = links.findIndex((link) => link.matches(':focus'))
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)
    links[next]?.focus()
  }
  useShortcuts([
    { keys: 'KeyJ', label: 'Next row', group: 'Worklist', run: () => move(1) },
    { keys: 'KeyK', label: 'Previous row', group: 'Worklist', run: () => move(-1) },
  ])

  return (
    <div ref={list} className={classes.groups} data-stale={props.isStale || undefined}>
      {props.groups.map((group) => (
        <section key={group.title} aria-labelledby={`group-${group.title}`}>
          <h2 className={classes.title} id={`group-${group.title}`}>
            {group.title}
          </h2>
          <ul className={classes.rows}>
            {group.rows.map((row) => (
              <WorklistRow key={row.id} consultation={row} isToday={group.title === 'Today'} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
