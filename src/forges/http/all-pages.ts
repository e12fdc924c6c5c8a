import type { AssayError } from '../../core/errors/errors.ts'
import { forgeError } from '../forge-error.ts'

export interface Page<T> {
  items: T[]
  /** Number of the page that follows, of the last one; undefined where the forge names none. NaN for what is no number. */
  next?: number
  last?: number
}

/**
 * Everything of a paged list. A list that is cut short, goes round in circles or skips a page is an error: "not
 * found" must never mean "not looked". (Octokit's own paginator takes a 409 for the end.)
 */
export async function readAllPages<T>(
  call: string,
  keyOf: (item: T) => number | string,
  readPage: (page: number) => Promise<Page<T>>,
): Promise<T[]> {
  const all = new Map<number | string, T>()
  for (let page = 1, last = 1; page <= last; page++) {
    const { items, next, last: said = 1 } = await readPage(page)
    if (items.some(item => all.has(keyOf(item))))
      throw incomplete(call, `page ${page} repeats what came before`)
    if (items.length === 0 && page > 1) throw incomplete(call, `page ${page} of ${last} is empty`)
    for (const item of items) all.set(keyOf(item), item)

    if (next === undefined && page < last) throw incomplete(call, `it ends at page ${page} of ${last}`)
    if (next !== undefined && next !== page + 1)
      throw incomplete(call, `page ${next} is said to follow page ${page}`)
    last = Math.max(last, next ?? 1, said || 1)
    if (last > MOST_PAGES) throw incomplete(call, `${last} pages are more than ${MOST_PAGES}`)
  }
  return [...all.values()]
}

/** The pages that a Link header names, RFC 8288. */
export function linkedPages(link: string | undefined): { next?: number; last?: number } {
  return { next: pageOf(link, 'next'), last: pageOf(link, 'last') }
}

// --- internal ---

const MOST_PAGES = 100

function incomplete(call: string, said: string): AssayError {
  return forgeError({
    code: 'FORGE_BAD_ANSWER',
    call,
    said: `the list is not complete: ${said}`,
    fix: 'Run again',
  })
}

/** The number in `<…?page=3>; rel="next"`. NaN where there is a link without one, which equals no number. */
function pageOf(link: string | undefined, relation: string): number | undefined {
  const target = link?.split(',').find(part => part.includes(`rel="${relation}"`))
  return target === undefined ? undefined : Number(/[?&]page=(\d+)/.exec(target)?.[1])
}
