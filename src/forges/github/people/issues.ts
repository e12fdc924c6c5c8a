import type { Octokit } from '@octokit/rest'
import { advised } from '../../expected-failures.ts'
import { badAnswer } from '../../forge-error.ts'
import { linkedPages, readAllPages } from '../../http/all-pages.ts'
import type { Issue, Issues } from '../../issues.ts'
import { listOf } from '../convert.ts'
import { parseRepository } from '../forge.ts'

/** Issues on GitHub, where every pull request is one too: those are left out. */
export function githubIssues(
  { rest }: { rest: Pick<Octokit['rest'], 'issues'> },
  repository: string,
): Issues {
  const repo = parseRepository(repository)
  const at = `/repos/${repository}/issues`
  return {
    async list(label) {
      const call = `GET ${at}`
      const found = await readAllPages<Shown>(
        call,
        issue => issue.number,
        async page => {
          const asked = { ...repo, labels: label, state: 'all' as const, per_page: 100, page }
          const { data, headers } = await advised(rest.issues.listForRepo(asked), ADVICE)
          return { items: listOf(data, call) as Shown[], ...linkedPages(headers.link) }
        },
      )
      return found
        .filter(issue => !issue.pull_request)
        .map(issue => toIssue(issue, call))
        .sort((a, b) => a.number - b.number)
    },
    async create({ labels, ...text }) {
      const { data } = await advised(rest.issues.create({ ...repo, ...text, labels: [...labels] }), ADVICE)
      return toIssue(data as Shown, `POST ${at}`)
    },
    async update(number, change) {
      const { data } = await advised(rest.issues.update({ ...repo, issue_number: number, ...change }), ADVICE)
      return toIssue(data as Shown, `PATCH ${at}/${number}`)
    },
  }
}

// --- internal ---

const ADVICE =
  'Give whoever writes them the permission `issues: write`: a workflow by `permissions`, an App in its settings'

interface Shown {
  number: number
  html_url: string
  title: string
  body?: string | null
  state: string
  user: { id: number; login: string } | null
  pull_request?: unknown
}

function toIssue({ number, html_url: url, title, body, state, user }: Shown, call: string): Issue {
  if (!Number.isSafeInteger(number) || !url || (state !== 'open' && state !== 'closed'))
    throw badAnswer(call, 'the answer is no issue')
  const { id = 0, login = '' } = user ?? {}
  const author = { id, login, isApp: login.endsWith('[bot]') }
  return { number, url, title, body: body ?? '', state, author }
}
