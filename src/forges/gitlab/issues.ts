import { advised } from '../expected-failures.ts'
import { badAnswer } from '../forge-error.ts'
import { readAllPages } from '../http/all-pages.ts'
import type { Issue, Issues } from '../issues.ts'
import type { GitlabClient } from './client.ts'
import { PAGE_SIZE, pageOf } from './convert.ts'

/** Issues of a project. https://docs.gitlab.com/api/issues/ */
export function gitlabIssues({ api }: Pick<GitlabClient, 'api'>, project: string): Issues {
  const at = `/projects/${encodeURIComponent(project)}/issues`
  return {
    async list(label) {
      const call = `GET ${at}`
      const found = await readAllPages<Shown>(
        call,
        issue => issue.iid,
        async page => {
          const asked = {
            projectId: project,
            labels: label,
            scope: 'all',
            orderBy: 'created_at',
            sort: 'asc',
          } as const
          const options = { ...asked, perPage: PAGE_SIZE, page, showExpanded: true } as object
          return pageOf(await advised(api.Issues.all(options), ADVICE), call)
        },
      )
      return found.map(issue => toIssue(issue, call)).sort((a, b) => a.number - b.number)
    },
    async create({ title, body, labels }) {
      const text = { description: withoutActions(body), labels: [...labels] } as object
      return toIssue(await advised(api.Issues.create(project, title, text), ADVICE), `POST ${at}`)
    },
    async update(number, { title, body, state }) {
      const change = {
        title,
        description: withoutActions(body),
        stateEvent: state === 'closed' ? ('close' as const) : ('reopen' as const),
      }
      return toIssue(await advised(api.Issues.edit(project, number, change), ADVICE), `PUT ${at}/${number}`)
    },
  }
}

// --- internal ---

const ADVICE =
  'Give the token the scope `api` and the role Developer, and leave issues enabled in the project'

interface Shown {
  iid: number
  web_url: string
  title: string
  description?: string | null
  state: string
  author?: { id: number; username: string } | null
}

const STATES: Record<string, Issue['state']> = { opened: 'open', closed: 'closed' }

function toIssue(answer: unknown, call: string): Issue {
  const { iid: number, web_url: url, title, description, state, author } = answer as Shown
  if (!Number.isSafeInteger(number) || !url || !Object.hasOwn(STATES, state))
    throw badAnswer(call, 'the answer is no issue')
  return {
    number,
    url,
    title,
    body: description ?? '',
    state: STATES[state]!,
    // Accounts of tokens are members like others.
    author: { id: author?.id ?? 0, login: author?.username ?? '', isApp: false },
  }
}

/** GitLab carries out lines that begin with a slash. */
function withoutActions(body: string): string {
  return body.replace(/^(\s*)\/(?=\w)/gm, '$1\\/')
}
