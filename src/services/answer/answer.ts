import { connectionFailure } from '../../core/errors/connection-reason.ts'
import { bytesWithin } from '../../core/text/bytes-within.ts'

/** One question to a web service: GET, JSON. */

interface Asked {
  url: string
  token?: string
  /** Milliseconds, body included. */
  deadline: number
  /** For proxies. */
  fetch?: typeof fetch
  /** Bytes of an answer. */
  largest?: number
  signal?: AbortSignal
}

/**
 * The JSON that answers with success, or why there is none and what to do; nothing of a body is in that. Redirects are not followed:
 * neither token nor question goes anywhere else.
 *
 * @throws what the signal was aborted with
 */
export async function askJson({
  url,
  token,
  deadline,
  fetch: send = fetch,
  largest = 256 * 2 ** 10,
  signal,
}: Asked): Promise<{ json: unknown } | { failed: string; isSilent?: true }> {
  const { host } = new URL(url)
  const timeout = AbortSignal.timeout(deadline)
  try {
    const response = await send(url, {
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    })
    const fix = adviceFor(response.status, token !== undefined)
    if (fix !== undefined) {
      await response.body?.cancel()
      return { failed: `${host} answers ${response.status}: ${fix}` }
    }
    const text = (await bytesWithin(response.body, largest))?.toString('utf8')
    if (text === undefined)
      return { failed: `${host} answers with more than ${largest / 2 ** 10} KiB: ask for less` }
    return jsonOf(text) ?? { failed: `${host} answers no JSON: is \`url\` that of its API, and no page?` }
  } catch (error) {
    signal?.throwIfAborted()
    if (timeout.aborted)
      return {
        failed: `no complete answer from ${host} within ${deadline / 1000} s: look at it, or give it more \`timeout\``,
        isSilent: true,
      }
    const { said, fix, passing } = connectionFailure(error, host, '`url`')
    return { failed: `${said}: ${fix}`, ...(passing && { isSilent: true as const }) }
  }
}

// --- internal ---

/** What to do where a status is no success. */
function adviceFor(status: number, hasToken: boolean): string | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status >= 300 && status < 400)
    return 'it leads elsewhere, and nobody follows: write that address into `url`'
  if (status === 401 || status === 403)
    return hasToken ? 'check the token, and what it may read' : 'it wants a token: name one in `token`'
  if (status === 404)
    return 'it does not know what is asked for: correct `url`, or register this release there'
  if (status === 429 || status >= 500) return 'it has trouble; it is asked again'
  return 'it does not take the question: correct `url`'
}

function jsonOf(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}
