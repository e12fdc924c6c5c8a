import { json, page, refuse } from '../answers.ts'
import { isGranted } from '../apps/access.ts'
import { reaches } from '../apps/callers.ts'
import type { Call, Routes } from '../world/call.ts'
import { allIssues, type Issue } from './issues.ts'

/**
 * Issues and pull requests by text and by `repo:`, `org:`, `is:`, `label:`, `author:`, `in:`. GitHub's own index lags behind what
 * was written; this one does not. https://docs.github.com/en/rest/search/search#search-issues-and-pull-requests
 */
export const SEARCH_ROUTES: Routes = {
  'GET /search/issues': async call => {
    const { world, query, sent } = call
    const { qualifiers, words } = parsed(query.get('q') ?? '')
    if (qualifiers.length + words.length === 0) return refuse(422, 'Validation Failed')
    const of = (name: string) => qualifiers.filter(([key]) => key === name).map(([, value]) => value)
    const places = world.repositories
      .filter(name => of('repo').length === 0 || of('repo').includes(name))
      .filter(name => [...of('org'), ...of('user')].every(owner => owner === name.split('/')[0]))
      .filter(name => isVisible(call, name))
    const listed = await Promise.all(places.map(name => allIssues(world, `/repos/${name}`, 'all')))
    const found = listed
      .flat()
      .filter(issue => of('is').every(wanted => isIt(issue, wanted)))
      .filter(issue => of('state').every(wanted => issue.state === wanted))
      .filter(issue => of('label').every(wanted => issue.labels.some(({ name }) => name === wanted)))
      .filter(issue =>
        of('author').every(wanted => issue.user.login === wanted.replace(/^app\/(.*)$/, '$1[bot]')),
      )
      .filter(issue => words.every(word => textOf(issue, of('in')).includes(word.toLowerCase())))
    const { items, link } = page(found, query, world.url + sent.target)
    return json(200, { total_count: found.length, incomplete_results: false, items }, link)
  },
}

// --- internal ---

function parsed(q: string): { qualifiers: [string, string][]; words: string[] } {
  const parts = [...q.matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)]
  const all = parts.map(([, key, quoted, plain]) => [key, quoted ?? plain ?? ''] as const)
  return {
    qualifiers: all.flatMap(([key, value]) => (key === undefined ? [] : [[key, value] as [string, string]])),
    words: all.flatMap(([key, value]) => (key === undefined ? [value] : [])),
  }
}

function isVisible({ world, caller }: Call, repository: string): boolean {
  if (caller.kind !== 'installation')
    return caller.kind === 'person' || !world.upstream.private.has(repository)
  const read = { permissions: ['issues', 'pull_requests'], level: 'read' as const }
  return reaches(caller.token, repository) && isGranted(caller.token.permissions, read)
}

function isIt(issue: Issue, wanted: string): boolean {
  const kinds: Record<string, boolean> = {
    issue: issue.pull_request === undefined,
    pr: issue.pull_request !== undefined,
    open: issue.state === 'open',
    closed: issue.state === 'closed',
  }
  return kinds[wanted] ?? true
}

function textOf({ title, body }: Issue, places: string[]): string {
  const parts = { title, body: body ?? '' }
  const wanted = places.flatMap(place => place.split(',')).filter(place => place in parts)
  return (wanted.length > 0 ? wanted : ['title', 'body'])
    .map(place => parts[place as 'title' | 'body'])
    .join('\n')
    .toLowerCase()
}
