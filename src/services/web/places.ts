import type { IncomingMessage } from 'node:http'
import type { Route, WebAnswer, WebRequest } from './route.ts'

/** A route by what its path begins with, and how many parts of any name follow. */
export interface Place {
  route: Route
  above: string
  wild: number
}

export function placeOf(route: Route): Place {
  const [ends = ''] = WILD.exec(route.path) ?? []
  return { route, above: route.path.slice(0, route.path.length - ends.length), wild: ends.length / 2 }
}

/** The route that is asked for, or why there is none. */
export function routeOf(places: readonly Place[], { method, url = '' }: IncomingMessage): Place | WebAnswer {
  const asked = url.indexOf('?')
  const path = asked < 0 ? url : url.slice(0, asked)
  const wanted = method === 'HEAD' ? 'GET' : method
  const others: string[] = []
  for (const place of places) {
    if (!isAt(place, path)) continue
    if (place.route.method === wanted) return place
    others.push(place.route.method)
  }
  return others.length === 0 ? { status: 404 } : { status: 405, headers: { allow: others.join(', ') } }
}

/** What is asked for is looked up then: most routes want little of it. A class: its functions are made once, not for each request. */
export class Asked implements WebRequest {
  body: Buffer = EMPTY
  readonly #raw: readonly string[]
  readonly #url: string
  /** Where the rest of the path begins and where the path ends. */
  readonly #from: number
  readonly #to: number

  constructor({ above, wild }: Place, { rawHeaders, url = '' }: IncomingMessage) {
    const asked = url.indexOf('?')
    this.#raw = rawHeaders
    this.#url = url
    this.#to = asked < 0 ? url.length : asked
    this.#from = wild === 0 ? this.#to : above.length + 1
  }

  with(body: Buffer): this {
    this.body = body
    return this
  }

  header(name: string): string | undefined {
    const raw = this.#raw
    for (let at = 0; at < raw.length; at += 2) if (isNamed(raw[at]!, name)) return raw[at + 1]
    return undefined
  }

  headers(name: string): string[] {
    return this.#raw.filter((_, at) => at % 2 === 1 && isNamed(this.#raw[at - 1]!, name))
  }

  get rest(): string {
    return this.#url.slice(this.#from, this.#to)
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#url.slice(this.#to + 1))
  }
}

/** What a part of a path says; one that is wrongly written names nothing that there is. */
export function decodedPart(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

// --- internal ---

const EMPTY = Buffer.alloc(0)

function isNamed(written: string, name: string): boolean {
  return written.length === name.length && (written === name || written.toLowerCase() === name)
}

/** Each of the parts that may have any name has one. */
function isAt({ above, wild }: Place, path: string): boolean {
  if (wild === 0) return path === above
  if (!path.startsWith(above)) return false
  let at = above.length
  for (let part = 0; part < wild; part++) {
    if (path.charCodeAt(at) !== SLASH) return false
    const next = path.indexOf('/', at + 1)
    const end = next < 0 ? path.length : next
    if (end === at + 1) return false
    at = end
  }
  return at === path.length
}

const SLASH = '/'.charCodeAt(0)
const WILD = /(?:\/\*)+$/
