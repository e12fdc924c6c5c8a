import { createRequesterFn, type ResponseBodyTypes } from '@gitbeaker/requester-utils'
import type { Answer } from '../http/answers.ts'
import { type Safety, safeCalls } from '../http/safe-calls.ts'

type Fetch = typeof fetch

/**
 * Sends for gitbeaker, with the promises of `safeCalls`.
 *
 * Gitbeaker's own handler repeats POSTs after a 502, waits for a quarter of a millisecond after a 429 whatever Retry-After
 * says, takes HTML and an empty body for success, follows redirects with the token, and its errors hold the request with the
 * token in it. Nothing of it is left here but how it writes addresses and bodies.
 */
export function gitlabRequester(
  safety: Safety | undefined,
  send: Fetch = fetch,
  onHeaders: (headers: Answer['headers']) => void = () => {},
): ReturnType<typeof createRequesterFn> {
  const safely = safeCalls(safety)
  return createRequesterFn(
    async (_, options) => options,
    async (endpoint, options) => {
      const { method = 'GET', prefixUrl = '', searchParams = '', headers, body } = options as unknown as Sent
      const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`)
      url.search = searchParams
      const write = method !== 'GET'
      const call = {
        name: `${method} ${url.pathname}`,
        host: url.host,
        write,
        repeatable: method !== 'POST' || TWICE_IS_ONCE.test(url.pathname),
        notifies: method === 'POST' && NOTIFYING.test(url.pathname),
      }
      const answer = await safely(call, signal =>
        fetchAnswer(send, url, {
          method,
          headers,
          // Gitbeaker deletes with an empty object.
          body: body === '{}' ? undefined : body,
          signal,
          redirect: 'manual',
        }),
      )
      const { status, data } = answer
      onHeaders(answer.headers)
      return { status, body: data as ResponseBodyTypes, headers: answer.headers as Record<string, string> }
    },
  )
}

/** An answer whatever its status up to 399; above, an error that holds it, as `judgeError` takes it. */
export async function fetchAnswer(send: Fetch, url: URL, init: RequestInit): Promise<Answer> {
  const response = await send(url.href, init)
  const headers = Object.fromEntries(response.headers.entries())
  const bytes = new Uint8Array(await response.arrayBuffer())
  const answer = { status: response.status, headers, data: dataOf(bytes, headers['content-type']) }
  if (response.status >= 400) throw Object.assign(new Error('refused'), { response: answer })
  return answer
}

// --- internal ---

interface Sent {
  method?: string
  prefixUrl?: string
  searchParams?: string
  headers: Record<string, string>
  body?: string
}

/**
 * POSTs that may be repeated: a second status of the same name takes the place of the first, and a commit is made on a draft
 * of ours, which the second one takes over.
 */
const TWICE_IS_ONCE = /\/statuses\/[0-9a-f]+$|\/repository\/commits$/
/** Calls that write e-mails to people. */
const NOTIFYING = /\/(merge_requests|issues)(\/\d+\/notes)?$/

/** JSON as what it says, where it says something whole; anything else as bytes. */
function dataOf(bytes: Uint8Array, type = ''): unknown {
  if (bytes.length === 0) return undefined
  if (!/[/+]json\b/.test(type)) return bytes
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
