import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useMemo, useRef, useState } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aConsultation } from '~/test/builders'
import { renderApp } from '~/test/render'
import { json, problem } from '~/test/server'
import type { Transcript } from '../model/types'
import { useTranscript } from '../queries'
import { aTranscript, aTurn } from '../testing/builders'
import { FindBar } from './FindBar'
import { findAll } from './find'
import { Highlighter } from './highlighter'
import { ReplaceRow } from './ReplaceRow'
import { rewordings } from './replace'
import { TurnIndex } from './turn-index'
import { useFind } from './use-find'
import { useReplace } from './use-replace'

describe('what turns say after a replacement', () => {
  const turns = [aTurn(3, 'Ten mg, ten mg a day.'), aTurn(7, 'No.'), aTurn(9, 'TEN MG?')]

  test('each turn comes once, with all its matches replaced and nothing else touched', () => {
    expect(rewordings(turns, findAll(turns, 'ten mg'), '5 mg')).toEqual([
      { number: 3, text: '5 mg, 5 mg a day.' },
      { number: 9, text: '5 mg?' },
    ])
  })

  test('a sign of patterns in the new words is only a sign', () => {
    expect(rewordings(turns, findAll(turns, 'No'), '$& $1')).toEqual([{ number: 7, text: '$& $1.' }])
  })
})

let server: Transcript
let refuses: boolean
const sent: { ifMatch: string | null; texts: { number: number; text: string }[] }[] = []
let consultations = 0

async function fakeServer(request: Request): Promise<Response> {
  if (request.method === 'GET') return json(server)
  const { texts } = (await request.json()) as (typeof sent)[number]
  sent.push({ ifMatch: request.headers.get('if-match'), texts })
  if (refuses) return problem(412, 'stale', 'Someone changed this in the meantime.')
  const said = new Map(texts.map(({ number, text }) => [number, text]))
  const utterances = server.utterances.map((turn) => aTurn(turn.number, said.get(turn.number) ?? turn.text))
  server = { ...server, version: server.version + 1, utterances }
  return json(server)
}

const shown: number[] = []

function Screen({ isCorrecting = false }: { isCorrecting?: boolean }) {
  const { data } = useTranscript(aConsultation({ id: server.consultation_id }))
  return data === undefined ? null : <Bar transcript={data} isCorrecting={isCorrecting} />
}

function Bar({ transcript, isCorrecting }: { transcript: Transcript; isCorrecting: boolean }) {
  const [highlighter] = useState(() => new Highlighter())
  const index = useMemo(() => new TurnIndex(transcript), [transcript])
  const find = useFind(index, highlighter, (turn) => shown.push(turn))
  const replace = useReplace(transcript, find)
  const row = <ReplaceRow find={find} replace={replace} isCorrecting={isCorrecting} onClose={vi.fn()} />
  return <FindBar find={find} input={useRef(null)} replacing={row} onClose={vi.fn()} />
}

beforeEach(() => {
  consultations += 1
  const turns = [aTurn(0, 'Ten mg.'), aTurn(1, 'Ten mg, ten mg?'), aTurn(2, 'No.'), aTurn(3, 'Ten mg daily.')]
  server = aTranscript(turns, { consultation_id: `replace-${consultations}` })
  refuses = false
  sent.length = 0
  shown.length = 0
  vi.stubGlobal('fetch', vi.fn(fakeServer))
})
afterEach(() => vi.unstubAllGlobals())

async function look(replacement: string, screenElement = <Screen />) {
  renderApp(screenElement)
  await userEvent.type(await screen.findByRole('textbox', { name: 'Find in the transcript' }), 'ten mg')
  await screen.findByText('4 found')
  await userEvent.click(screen.getByRole('button', { name: 'Replace with other words' }))
  if (replacement) await userEvent.type(screen.getByRole('textbox', { name: 'Replace with' }), replacement)
}

const words = () => server.utterances.map(({ text }) => text)

describe('replace', () => {
  test('all is one correction, however many turns it changes', async () => {
    await look('5 mg')

    await userEvent.click(screen.getByRole('button', { name: 'Replace all' }))

    await screen.findByText('Replaced in 3 turns')
    expect(sent.map(({ ifMatch, texts }) => [ifMatch, texts.map(({ number }) => number)])).toEqual([
      ['"1"', [0, 1, 3]],
    ])
    expect(words()).toEqual(['5 mg.', '5 mg, 5 mg?', 'No.', '5 mg daily.'])
  })

  test('one at a time goes on to the next, and never back into what it has put there', async () => {
    await look('ten mg twice')
    await userEvent.click(screen.getByRole('button', { name: 'Go to the first' }))

    for (const done of [1, 2, 3]) {
      await userEvent.click(await screen.findByRole('button', { name: 'Replace' }))
      await waitFor(() => expect(sent).toHaveLength(done))
    }

    await waitFor(() =>
      expect(words()).toEqual(['ten mg twice.', 'ten mg twice, ten mg twice?', 'No.', 'Ten mg daily.']),
    )
    expect(shown).toEqual([0, 1, 1, 3])
  })

  test('that is refused says so, and has changed nothing', async () => {
    refuses = true
    await look('5 mg')

    await userEvent.click(screen.getByRole('button', { name: 'Replace all' }))

    await screen.findByText('Someone changed this in the meantime.')
    expect(screen.queryByText(/^Replaced in/)).toBeNull()
    expect(words()).toEqual(['Ten mg.', 'Ten mg, ten mg?', 'No.', 'Ten mg daily.'])
  })

  test('leaves no turn without words', async () => {
    server = aTranscript([aTurn(0, 'Ten mg'), aTurn(1, 'ten mg ten mg ten mg')], {
      consultation_id: server.consultation_id,
    })
    await look('')

    await userEvent.click(screen.getByRole('button', { name: 'Replace all' }))

    await screen.findByText(/cannot be left without words/)
    expect(sent).toEqual([])
  })

  test('waits for a turn that is being corrected by hand', async () => {
    await look('5 mg', <Screen isCorrecting />)

    expect(screen.getByRole('button', { name: 'Replace all' })).toHaveProperty('disabled', true)
    expect(screen.getByText(/First save or discard/)).toBeTruthy()
  })
})
