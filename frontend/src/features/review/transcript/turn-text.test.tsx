import { act, render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Highlighter } from './highlighter'
import { TurnText } from './TurnText'

// jsdom has no CSS highlights, so this is what older browsers do.
test('without painted ranges, marks are drawn as elements and the words stay whole', () => {
  const highlighter = new Highlighter()
  const { container } = render(
    <TurnText turn={0} text="Any pain in the jaw?" language="en" highlighter={highlighter} />,
  )

  act(() => highlighter.set('evidence', [{ turn: 0, from: 4, to: 8 }]))
  expect([...container.querySelectorAll('span')].map((span) => span.textContent)).toEqual(['pain'])
  expect(container.textContent).toBe('Any pain in the jaw?')

  act(() => highlighter.set('evidence', []))
  expect(container.querySelector('span')).toBeNull()
})
