import { bytesWithin } from '../../core/text/bytes-within.ts'
import { forgeError } from '../forge-error.ts'
import { judgeError } from './answers.ts'
import { type Environment, proxyFetch } from './proxy.ts'
import { type Safety, safeCalls } from './safe-calls.ts'

export interface DownloadOptions {
  /** What is downloaded, for errors: `GET /repos/…/zip`. Its address holds a signature, which nobody is to see. */
  call: string
  maxBytes: number
  env: Environment
  safety?: Safety | undefined
  /** The API that named the address. Only one without TLS, as it is on this machine, may name another without. */
  api: URL
}

/**
 * What lies at an address that a forge has named. No token goes there, no further redirect is followed, and no more is taken than
 * `maxBytes`; undefined where there is more.
 *
 * @throws AssayError those of the forge
 */
export async function downloadFrom(
  address: string,
  { call, maxBytes, env, safety, api }: DownloadOptions,
): Promise<Uint8Array | undefined> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !mayFollow(url, api))
    throw forgeError({ code: 'FORGE_MOVED', call, said: 'redirected to an address without TLS', fix: NO_TLS })
  const fetchIt: typeof fetch = proxyFetch(url, env) ?? fetch
  const request = { name: call, host: url.host, write: false, repeatable: true, notifies: false }
  const answer = await safeCalls(safety)(
    request,
    async signal => {
      const response = await fetchIt(url.href, { redirect: 'manual', signal })
      const { status } = response
      if (status === 200) return { status, headers: {}, data: await bytesWithin(response.body, maxBytes) }
      await response.body?.cancel()
      throw Object.assign(new Error('not there'), { response: { status, headers: {}, data: '' } })
    },
    (_, timedOut) => (timedOut ? judgeError(undefined, true, 0) : undefined),
  )
  return answer.data
}

// --- internal ---

const NO_TLS = 'Files of runs are taken by https alone: look at the storage of the forge'

function mayFollow({ protocol, username, password }: URL, api: URL): boolean {
  return username === '' && password === '' && (protocol === 'https:' || protocol === api.protocol)
}
