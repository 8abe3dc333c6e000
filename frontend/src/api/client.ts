import createFetchClient, { type Middleware } from 'openapi-fetch'
import createQueryHooks from 'openapi-react-query'
import { readProblem } from './errors'
import type { components, paths } from './schema'
import { signalFromCode, signalSession } from './session-signals'

/** A named schema of the API. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

// Every failure becomes one thrown ApiError, so that queries, mutations and plain calls fail alike.
const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined
    const problem = await readProblem(response)
    const signal = response.status === 401 ? signalFromCode(problem.code) : null
    if (signal) signalSession(signal)
    throw problem
  },
}

/** The API, typed by the committed openapi.json. Rejects with ApiError, or TypeError when there is no network. */
export const client = createFetchClient<paths>({
  baseUrl: typeof window === 'undefined' ? '/' : window.location.origin,
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: true } },
  // Looked up at each call, so that tests may replace it.
  fetch: (request) => globalThis.fetch(request),
})
client.use(problems)

/** Query and mutation hooks over the same client; keys are `[method, path, init]`. */
export const api = createQueryHooks(client)
