import { json, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import type { Routes } from '../world/call.ts'
import type { World } from '../world/world.ts'

const REPOSITORY = '/repos/{owner}/{repo}'

/** Issues, of which on GitHub every pull request is one. https://docs.github.com/en/rest/issues/issues */
export const ISSUE_ROUTES: Routes = {
  [`GET ${REPOSITORY}/issues`]: async ({ world, params, query, sent }) => {
    const at = `/repos/${params.owner}/${params.repo}`
    if (!(await askBehind(world, 'GET', at))) return refuse(404, 'Not Found')
    const labels = (query.get('labels') ?? '').split(',').filter(Boolean)
    const since = query.get('since') ?? ''
    const all = (await allIssues(world, at, query.get('state') ?? 'open'))
      .filter(issue => labels.every(name => issue.labels.some(label => label.name === name)))
      .filter(({ user }) => [null, user.login].includes(query.get('creator')))
      .filter(({ updated_at: time }) => time >= since)
    if (query.get('direction') === 'asc') all.reverse()
    const { items, link } = page(all, query, world.url + sent.target)
    return json(200, items, link)
  },
  [`GET ${REPOSITORY}/issues/{number}`]: async ({ world, params }) => {
    const found = await issueAsItIs(world, `${params.owner}/${params.repo}`, Number(params.number))
    return found ? json(200, found) : refuse(404, 'Not Found')
  },
}

/** An issue, or a pull request as the issue that it is too; undefined where there is none. */
export async function issueAsItIs(world: World, repository: string, number: number): Promise<unknown> {
  const issue = await askBehind(world, 'GET', `/repos/${repository}/issues/${number}`)
  if (issue) return issue
  const pull = await askBehind(world, 'GET', `/repos/${repository}/pulls/${number}`)
  return pull && issueOf(pull)
}

/** All issues and pull requests of a repository, newest first. */
export async function allIssues(world: World, repository: string, state: string): Promise<Issue[]> {
  const pages = async <T>(kind: string): Promise<T[]> => {
    const all: T[] = []
    for (let number = 1; all.length === (number - 1) * 100; number++) {
      const path = `${repository}/${kind}?state=${state}&per_page=100&page=${number}`
      const found: T[] = await askBehind(world, 'GET', path)
      all.push(...found)
      if (found.length === 0) break
    }
    return all
  }
  const [issues, pulls] = await Promise.all([pages<Issue>('issues'), pages<Pull>('pulls')])
  return [...issues, ...pulls.map(issueOf)].sort((a, b) => b.number - a.number)
}

export interface Issue {
  number: number
  title: string
  body: string | null
  state: string
  labels: { name: string }[]
  user: { login: string }
  updated_at: string
  pull_request?: unknown
}

/** What one can think of a comment. */
export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']

// --- internal ---

const NONE = Object.fromEntries(REACTIONS.map(name => [name, 0]))

interface Pull extends Issue {
  url: string
  html_url: string
  diff_url: string
  patch_url: string
  issue_url: string
  merged_at: string | null
  draft: boolean
}

function issueOf(pull: Pull): Issue {
  const { url, html_url, diff_url, patch_url, issue_url, merged_at, draft, ...rest } = pull
  const { head: _, base: __, _links: ___, ...shared } = rest as typeof rest & Record<string, unknown>
  return {
    active_lock_reason: null,
    ...shared,
    url: issue_url,
    repository_url: issue_url.replace(/\/issues\/\d+$/, ''),
    labels_url: `${issue_url}/labels{/name}`,
    events_url: `${issue_url}/events`,
    reactions: { url: `${issue_url}/reactions`, total_count: 0, ...NONE },
    html_url,
    draft,
    pull_request: { url, html_url, diff_url, patch_url, merged_at },
  } as Issue
}
