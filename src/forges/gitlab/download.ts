import { bytesWithin } from '../../core/text/bytes-within.ts'
import { judgeError } from '../http/answers.ts'
import { downloadFrom } from '../http/download.ts'
import type { Environment } from '../http/proxy.ts'
import { type Safety, safeCalls } from '../http/safe-calls.ts'

/** Bytes that lie at a path of the API; undefined where there are more than `maxBytes`. */
export type GitlabDownload = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>

/**
 * Downloads from the API, or from where it leads: the token goes to the API alone.
 *
 * @param options.apiUrl `https://gitlab.example.com/api/v4`
 */
export function gitlabDownload({
  apiUrl,
  token,
  env,
  safety,
  send = fetch,
}: {
  apiUrl: string
  token: string
  env: Environment
  safety?: Safety | undefined
  send?: typeof fetch | undefined
}): GitlabDownload {
  return async (path, maxBytes) => {
    const url = new URL(`${apiUrl}${path}`)
    const call = `GET ${url.pathname}`
    const request = { name: call, host: url.host, write: false, repeatable: true, notifies: false }
    const answer = await safeCalls(safety)(
      request,
      async signal => {
        const headers = { authorization: `Bearer ${token}` }
        const response = await send(url.href, { headers, redirect: 'manual', signal })
        const { status } = response
        const location = response.headers.get('location')
        if (status === 200) return { status, headers: {}, data: await bytesWithin(response.body, maxBytes) }
        await response.body?.cancel()
        if (status === 302 && location !== null) return { status, headers: { location }, data: undefined }
        throw Object.assign(new Error('not there'), { response: { status, headers: {}, data: '' } })
      },
      (_, timedOut) => (timedOut ? judgeError(undefined, true, 0) : undefined),
    )
    const { location } = answer.headers as { location?: string }
    return location === undefined
      ? answer.data
      : downloadFrom(location, { call, maxBytes, env, safety, api: url })
  }
}
