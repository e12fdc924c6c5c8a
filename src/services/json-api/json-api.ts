import { connectionFailure } from '../../core/errors/connection-reason.ts'
import { AssayError } from '../../core/errors/errors.ts'
import { redactor } from '../../core/secrets/secrets.ts'
import { isClosedWay } from '../../core/secrets/web-address.ts'
import { bytesWithin } from '../../core/text/bytes-within.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/** One request: a `GET` unless it has a body or says otherwise. */
export interface Question {
  query?: URLSearchParams
  form?: URLSearchParams
  json?: object
  /** A file: what answers it may be empty. */
  bytes?: Uint8Array
  /** A file is asked for, of this many bytes at most: what answers with success is given as it is, as bytes. */
  fileOf?: number
  method?: 'PUT' | 'PATCH' | 'DELETE'
  /** Milliseconds, where it is less than what all have. */
  deadline?: number
  /** What to do where the answer is larger than is read, if it is one of this service; without it, that another answers there. */
  whereTooLarge?: string
}

/** A service that answers in JSON. */
export interface JsonApi {
  /**
   * The answer, whatever its status says, where it is one of this service.
   *
   * @throws AssayError SOURCE_SILENT where there is no answer for now, SOURCE_UNREADABLE where something else answers there or it does
   * not know what is asked for, SOURCE_REFUSES where the token is missing or wrong
   */
  ask(path: string, question: Question): Promise<unknown>
}

export interface JsonApiOptions {
  /** `https://prometheus.example`, with the root path where it has one. */
  address: string
  /** What it is, within a sentence: `Prometheus`, `the collector`. */
  name: string
  /** The field that each of its answers has. Without it any JSON is an answer. */
  field?: string
  /** The field of an answer that says no. With it any other answer must have a status of success. */
  refusal?: string
  /** What else is to be checked where it answers 404: `that it counts this model`. */
  whereNotFound?: string
  /** Where its address is written, and its token. */
  setting: string
  tokenSetting: string
  token?: string
  /** In place of a token. */
  login?: { user: string; password: string }
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
  const { name, deadline: longest = 20_000, largest = 64 * 2 ** 20, fetch: send = fetch, signal } = options
  const base = checked(options)
  const root = base.href.replace(/\/+$/, '')
  const authorization = authorizationOf(options)

  return {
    async ask(path, { query, method, deadline = longest, whereTooLarge, fileOf, ...question }) {
      const sent = bodyOf(question)
      const timeout = AbortSignal.timeout(deadline)
      const url = `${root}${path}${query ? `?${query}` : ''}`
      let status: number
      let body: Buffer | undefined
      try {
        const response = await send(url, {
          method: method ?? (sent ? 'POST' : 'GET'),
          headers: {
            accept: 'application/json',
            ...(sent && { 'content-type': sent.type }),
            ...(authorization !== undefined && { authorization }),
          },
          ...(sent && { body: sent.body }),
          redirect: 'manual',
          signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
        })
        status = response.status
        body = await bytesWithin(response.body, fileOf ?? largest)
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
      const answers = `it answers ${status} at ${root}`
      if (status >= 300 && status < 400)
        throw unreadable(
          `${answers}, which leads elsewhere`,
          `Write the address that it leads to into ${options.setting}`,
        )
      if (status === 401 || status === 403)
        throw problem(
          { code: 'SOURCE_REFUSES' },
          options,
          answers,
          authorization === undefined
            ? `Set ${options.tokenSetting} to a token of it`
            : `Check the token in ${options.tokenSetting}`,
        )
      if (fileOf !== undefined && body && status < 300) return body
      const text = body?.toString('utf8')
      const answer = text === undefined ? undefined : jsonOf(text === '' && question.bytes ? '{}' : text)
      if (isAnswer(answer, status, options)) return answer
      const words =
        text === undefined
          ? `more than ${Math.floor((fileOf ?? largest) / 2 ** 20)} MiB`
          : said(text) || 'nothing'
      if (status >= 500 || status === 429)
        throw silent(`${answers}: ${words}`, 'Look at its logs, and ask again')
      const more = status === 404 && options.whereNotFound ? `, and ${options.whereNotFound}` : ''
      if (text === undefined && status < 300 && whereTooLarge !== undefined)
        throw unreadable(`${answers} with ${words}`, whereTooLarge)
      throw unreadable(
        status < 300 ? `${answers} what is none of its API: ${words}` : `${answers}: ${words}`,
        `Check that ${options.setting} is the address of ${name}${more}`,
      )
    },
  }

  function said(text: string): string {
    return shortened(visible(redactor(secretsOf(options))(text.replace(/\s+/g, ' ').trim())), 200)
  }

  function silent(what: string, fix: string, cause?: unknown): AssayError {
    return problem({ code: 'SOURCE_SILENT' }, options, what, fix, cause)
  }

  function unreadable(what: string, fix: string): AssayError {
    return problem({ code: 'SOURCE_UNREADABLE' }, options, what, fix)
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
  const start = `${name[0]!.toUpperCase()}${name.slice(1)}`
  return new AssayError({
    code,
    title: `${start} tells nothing of live traffic`,
    problems: [{ what: `${start}: ${what}`, fix }],
    cause,
  })
}

/** What an authorization is made of, and nobody is to read. */
function secretsOf({ token, login }: JsonApiOptions): string[] {
  return [...(token === undefined ? [] : [token]), ...(login ? [login.password] : [])]
}

function authorizationOf({ token, login }: JsonApiOptions): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  return login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
}

function bodyOf({ form, json, bytes }: Question): { type: string; body: string | Uint8Array } | undefined {
  if (form) return { type: 'application/x-www-form-urlencoded', body: form.toString() }
  if (json) return { type: 'application/json', body: JSON.stringify(json) }
  return bytes && { type: 'application/octet-stream', body: bytes }
}

function checked(options: JsonApiOptions): URL {
  const { address, token, setting } = options
  const isSecret = secretsOf(options).length > 0
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw problem(
      { code: 'SOURCE_REFUSES' },
      options,
      'its address is no http(s) address without credentials and parameters',
      `Write ${setting} like https://prometheus.example.com`,
    )
  if (isSecret && !isClosedWay(url))
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

/** Undefined for what is none: no answer that is one is `undefined`. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAnswer(json: unknown, status: number, { field, refusal }: JsonApiOptions): boolean {
  if (json === undefined) return false
  const needed = refusal !== undefined && status >= 300 ? refusal : field
  return needed === undefined || (typeof json === 'object' && json !== null && Object.hasOwn(json, needed))
}
