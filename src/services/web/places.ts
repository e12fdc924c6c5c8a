import type { IncomingMessage } from 'node:http'
import type { RequestHead, Route, WebAnswer } from './route.ts'

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

/** What is asked for is looked up then: most routes want little of it. */
export function headOf({ above, wild }: Place, request: IncomingMessage): RequestHead {
  const { url = '', rawHeaders } = request
  const asked = url.indexOf('?')
  const headers = (name: string) =>
    rawHeaders.filter((_, at) => at % 2 === 1 && isNamed(rawHeaders[at - 1]!, name))
  return {
    header(name) {
      for (let at = 0; at < rawHeaders.length; at += 2)
        if (isNamed(rawHeaders[at]!, name)) return rawHeaders[at + 1]
      return undefined
    },
    headers,
    rest: wild === 0 ? '' : url.slice(above.length + 1, asked < 0 ? undefined : asked),
    get query() {
      return new URLSearchParams(asked < 0 ? '' : url.slice(asked + 1))
    },
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

function isNamed(written: string, name: string): boolean {
  return written.length === name.length && written.toLowerCase() === name
}

function isAt({ above, wild }: Place, path: string): boolean {
  if (wild === 0) return path === above
  if (path[above.length] !== '/' || !path.startsWith(above)) return false
  const parts = path.slice(above.length + 1).split('/')
  return parts.length === wild && parts.every(part => part !== '')
}

const WILD = /(?:\/\*)+$/
