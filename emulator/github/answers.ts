import type { Answer } from './world/requests.ts'

const DOCUMENTATION = 'https://docs.github.com/rest'

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

export function nothing(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: '' }
}

/** GitHub's way of saying no. */
export function refuse(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return json(status, { message, documentation_url: DOCUMENTATION, status: String(status) }, headers)
}

export const NOT_ACCESSIBLE = 'Resource not accessible by integration'

/** One page of a list, with the links to the others. */
export function page<T>(
  items: T[],
  query: URLSearchParams,
  url: string,
): { items: T[]; link: Record<string, string> } {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const number = Number(query.get('page') ?? 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const to = (wanted: number, rel: string) => {
    const there = new URL(url)
    there.searchParams.set('page', String(wanted))
    return `<${there}>; rel="${rel}"`
  }
  const links = number < last ? [to(number + 1, 'next'), to(last, 'last')] : []
  if (number > 1) links.push(to(number - 1, 'prev'), to(1, 'first'))
  return {
    items: items.slice((number - 1) * size, number * size),
    link: links.length > 0 ? { link: links.join(', ') } : {},
  }
}
