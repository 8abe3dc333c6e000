import { vi } from 'vitest'

type Answer = (request: Request) => Response | Promise<Response>

/** Answers `fetch` by "METHOD /path"; anything else fails the test. */
export function answerWith(routes: Record<string, Answer>) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    const key = `${request.method} ${new URL(request.url).pathname}`
    const answer = routes[key]
    if (!answer) throw new Error(`unexpected request ${key}`)
    return answer(request)
  })
}

/** A JSON answer. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

/** A refusal as the server writes them. */
export function problem(status: number, code: string, message: string): Response {
  return json({ code, message, request_id: 'req-1', details: {} }, status)
}
