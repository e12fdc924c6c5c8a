import { connectionFailure } from '../../core/errors/connection-reason.ts'
import { AssayError } from '../../core/errors/errors.ts'
import { redactor } from '../../core/secrets/secrets.ts'
import { isClosedWay } from '../../core/secrets/web-address.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/** A service that answers JSON to questions that change nothing, and may be asked again. */
export interface JsonApi {
  /**
   * The answer, whatever its status says, where it is JSON.
   *
   * @throws AssayError SOURCE_SILENT where there is no answer for now, SOURCE_REFUSES where there will be none without a change
   */
  ask(path: string, question: { query?: URLSearchParams; form?: URLSearchParams }): Promise<unknown>
}

export interface JsonApiOptions {
  /** `https://prometheus.example`, with the root path where it has one. */
  address: string
  /** What it is, for people: `Prometheus`. */
  name: string
  /** Where its address is written, and its token. */
  setting: string
  tokenSetting: string
  token?: string
  /** For proxies. */
  fetch?: typeof fetch
  /** Milliseconds one request may take, body included. */
  deadline?: number
  /** Bytes of an answer. */
  largest?: number
  signal?: AbortSignal
}

/**
 * Redirects are not followed: the token goes to this server and to no other.
 *
 * @throws AssayError SOURCE_REFUSES for an address that is none, or that a token must not travel to
 */
export function jsonApi(options: JsonApiOptions): JsonApi {
  const { name, token, deadline = 20_000, largest = 64 * 2 ** 20, fetch: send = fetch, signal } = options
  const base = checked(options)

  return {
    async ask(path, { query, form }) {
      const timeout = AbortSignal.timeout(deadline)
      const url = `${base.href.replace(/\/+$/, '')}${path}${query ? `?${query}` : ''}`
      let status: number
      let text: string | undefined
      try {
        const response = await send(url, {
          method: form ? 'POST' : 'GET',
          headers: {
            accept: 'application/json',
            ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          ...(form && { body: form.toString() }),
          redirect: 'manual',
          signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
        })
        status = response.status
        text = await textOf(response, largest)
      } catch (error) {
        signal?.throwIfAborted()
        if (timeout.aborted)
          throw silent(
            `no complete answer from ${base.host} within ${deadline / 1000} s`,
            'Look at its load, and ask again',
          )
        const { said, fix } = connectionFailure(error, base.host, options.setting)
        throw silent(said, fix, error)
      }
      if (status >= 300 && status < 400)
        throw refuses('it redirects', `Write the address that it leads to into ${options.setting}`)
      if (status === 401 || status === 403)
        throw refuses(
          `it answers ${status}`,
          token === undefined
            ? `Set ${options.tokenSetting} to a token of it`
            : `Check the token in ${options.tokenSetting}`,
        )
      const fault = text === undefined ? `more than ${largest / 2 ** 20} MiB` : undefined
      const answer = text === undefined ? undefined : jsonOf(text)
      if (answer !== undefined) return answer
      if (status >= 500 || status === 429)
        throw silent(`it answers ${status}: ${said(text ?? '')}`, 'Look at its logs, and ask again')
      throw refuses(
        fault ?? `it answers ${status}: ${said(text ?? '')}`,
        `Check that ${options.setting} is the address of ${name}${status === 404 ? ', and that it counts this model' : ''}`,
      )
    },
  }

  function said(text: string): string {
    return shortened(
      visible(redactor(token === undefined ? [] : [token])(text.replace(/\s+/g, ' ').trim())),
      200,
    )
  }

  function silent(what: string, fix: string, cause?: unknown): AssayError {
    return problem({ code: 'SOURCE_SILENT' }, options, what, fix, cause)
  }

  function refuses(what: string, fix: string): AssayError {
    return problem({ code: 'SOURCE_REFUSES' }, options, what, fix)
  }
}

// --- internal ---

function problem(
  { code }: { code: string },
  { name }: JsonApiOptions,
  what: string,
  fix: string,
  cause?: unknown,
): AssayError {
  return new AssayError({
    code,
    title: `${name} tells nothing of live traffic`,
    problems: [{ what: `${name}: ${what}`, fix }],
    cause,
  })
}

function checked(options: JsonApiOptions): URL {
  const { address, token, setting } = options
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw problem(
      { code: 'SOURCE_REFUSES' },
      options,
      'its address is no http(s) address without credentials and parameters',
      `Write ${setting} like https://prometheus.example.com`,
    )
  if (token !== undefined && !isClosedWay(url))
    throw problem(
      { code: 'SOURCE_REFUSES' },
      options,
      'its token is sent over https only, but inside a cluster or on this machine',
      `Write ${setting} with https://, or leave ${options.tokenSetting} out`,
    )
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw problem(
      { code: 'SOURCE_REFUSES' },
      options,
      'its token holds what no token holds',
      `Set ${options.tokenSetting} anew`,
    )
  return url
}

/** The body, or undefined where it is too large; the rest is not read. */
async function textOf(response: Response, largest: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > largest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Undefined for what is none: no answer that is one is `undefined`. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
