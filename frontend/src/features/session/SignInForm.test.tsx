import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { aSession } from '~/test/builders'
import { renderApp } from '~/test/render'
import { answerWith, json, problem } from '~/test/server'
import { SignInForm } from './SignInForm'

const password = () => screen.getByLabelText('Password', { selector: 'input' })

describe('the sign-in form', () => {
  it('asks for both fields before it asks the server', async () => {
    const fetch = answerWith({})
    renderApp(<SignInForm onSignedIn={vi.fn()} />)

    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))

    expect(screen.getByText('Enter your email address.')).toBeTruthy()
    expect(screen.getByText('Enter your password.')).toBeTruthy()
    expect(fetch).not.toHaveBeenCalled()
  })

  it('hands over the session, and takes a pasted password', async () => {
    answerWith({ 'POST /api/session': () => json(aSession()) })
    const onSignedIn = vi.fn()
    renderApp(<SignInForm onSignedIn={onSignedIn} />)

    await userEvent.type(screen.getByLabelText('Email'), ' lee@harbour.example ')
    await userEvent.click(password())
    await userEvent.paste('correct horse battery')
    await userEvent.keyboard('{Enter}')

    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledWith(aSession()))
  })

  it('says the server’s words once and puts the cursor back into the password', async () => {
    answerWith({ 'POST /api/session': () => problem(401, 'sign_in_refused', 'Not right.') })
    renderApp(<SignInForm onSignedIn={vi.fn()} />)

    await userEvent.type(screen.getByLabelText('Email'), 'lee@harbour.example')
    await userEvent.type(password(), 'wrong{Enter}')

    expect((await screen.findByRole('alert')).textContent).toBe('Not right.')
    expect(document.activeElement).toBe(password())
  })

  it('shows the password when asked, and keeps the address of an expired session', async () => {
    renderApp(<SignInForm email="lee@harbour.example" onSignedIn={vi.fn()} />)

    await userEvent.click(screen.getByRole('button', { name: 'Show password' }))

    expect(password()).toHaveProperty('type', 'text')
    expect(screen.getByLabelText('Email')).toHaveProperty('readOnly', true)
  })
})
