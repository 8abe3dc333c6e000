/** What the server says when something cannot be done; `code` is stable, `message` is for the user. */
export interface Problem {
  code: string
  message: string
  requestId: string | null
  details: Record<string, unknown>
}

/** An answer of the server that is not a success. */
export class ApiError extends Error implements Problem {
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  readonly details: Record<string, unknown>

  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code
    this.requestId = problem.requestId
    this.details = problem.details
  }
}

const OFFLINE: Problem = {
  code: 'offline',
  message: 'Scribe cannot be reached. Check the network; what you recorded is kept on this device.',
  requestId: null,
  details: {},
}

const UNREADABLE: Problem = {
  code: 'unreadable_answer',
  message: 'The server answered with something unexpected. Try again in a moment.',
  requestId: null,
  details: {},
}

/** Any thrown value as a problem that can be shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error
  // fetch throws a TypeError when no answer came at all.
  if (error instanceof TypeError) return OFFLINE
  return UNREADABLE
}

/** True when the error is the server's, with this stable code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}

/** Reads a failed response; a proxy's HTML page becomes a problem too. */
export async function readProblem(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id')
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  if (!isRecord(body) || typeof body.code !== 'string' || typeof body.message !== 'string')
    return new ApiError(response.status, { ...UNREADABLE, requestId })
  return new ApiError(response.status, {
    code: body.code,
    message: body.message,
    requestId: typeof body.request_id === 'string' ? body.request_id : requestId,
    details: isRecord(body.details) ? body.details : {},
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
