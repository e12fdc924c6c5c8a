import type { Right } from '../../core/chatops/rights.ts'
import type { HeadRun, Reruns } from '../ci-runs.ts'
import { advised } from '../expected-failures.ts'
import { badAnswer } from '../forge-error.ts'
import { orUnknown, type People } from '../people.ts'
import type { GitlabClient } from './client.ts'
import { pageOf } from './convert.ts'

/**
 * Pipelines of merge requests, begun anew: a new one, since a pipeline that is retried does only what failed once more. All of a head are attempts
 * of one run. https://docs.gitlab.com/api/merge_requests/#create-merge-request-pipeline
 */
export function gitlabReruns(
  { api, webUrl }: Pick<GitlabClient, 'api' | 'webUrl'>,
  project: string,
  people: Pick<People, 'rightOf'>,
): Reruns {
  const at = (request: number) => `/projects/${encodeURIComponent(project)}/merge_requests/${request}`
  /** The merge request of the last pipeline. */
  const requestOf = new Map<number, number>()

  return {
    notOfForks:
      'the pipeline of a fork would run its code with what this project trusts its own with: whoever has looked at it can run one on the page of the merge request',
    takesTurns: true,
    byHandAt: request => `${webUrl}/${project}/-/merge_requests/${request}/pipelines`,

    // A pipeline has the rights of the account that begins it: https://docs.gitlab.com/ci/pipelines/#pipeline-security-on-protected-branches
    runsAs: () =>
      orUnknown<Right>(`what the bot may do in ${project}`, async () => {
        const { id, username: login, ...own } = (await api.Users.showCurrentUser()) as unknown as Account
        // Told to administrators alone, of themselves: they may everything, whatever their role.
        return own.is_admin === true ? { kind: 'known', id, right: 'admin' } : people.rightOf({ id, login })
      }),

    async ofHead(headSha, request) {
      const shown = (await api.MergeRequests.show(project, request)) as unknown as ShownRequest
      const call = `GET ${at(request)}/pipelines`
      const asked = { perPage: 100, page: 1, showExpanded: true } as object
      const { items } = pageOf<Shown>(
        await advised(api.MergeRequests.allPipelines(project, request, asked), ADVICE),
        call,
      )
      // One of merged results is for a commit that GitLab made; the last one is for the head.
      const last = shown.sha === headSha ? shown.head_pipeline?.id : undefined
      const own = items
        .filter(({ id, sha, source }) => source === 'merge_request_event' && (sha === headSha || id === last))
        .sort((a, b) => a.id - b.id)
      const [first] = own
      const newest = own.at(-1)
      if (!first || !newest) return []
      requestOf.set(newest.id, request)
      return [
        {
          id: newest.id,
          attempt: own.length,
          url: newest.web_url,
          ended: ENDED.has(newest.status),
          startedAt: seconds(newest, call),
          createdAt: seconds(first, call),
          workflow: CI_FILE,
        } satisfies HeadRun,
      ]
    },

    async again(id) {
      const request = requestOf.get(id)
      if (request === undefined) throw new RangeError('a pipeline that was not listed')
      const call = `POST ${at(request)}/pipelines`
      const made = await advised(api.MergeRequests.createPipeline(project, request), ADVICE)
      const { id: begun, web_url: url } = made as { id?: unknown; web_url?: unknown }
      if (!Number.isSafeInteger(begun) || typeof url !== 'string')
        throw badAnswer(call, 'the answer is no pipeline')
      return url
    },
  }
}

// --- internal ---

const ADVICE = 'Give the token the scope `api` and the role Developer, and leave CI/CD enabled'
/** Where GitLab looks for it by default. */
const CI_FILE = '.gitlab-ci.yml'
const ENDED = new Set(['success', 'failed', 'canceled', 'skipped'])

interface Account {
  id: number
  username: string
  is_admin?: boolean
}

interface ShownRequest {
  sha: string
  head_pipeline?: { id: number } | null
}

interface Shown {
  id: number
  sha: string
  source: string
  status: string
  web_url: string
  created_at: string
}

function seconds({ created_at }: Shown, call: string): number {
  const at = Math.floor(Date.parse(created_at) / 1000) * 1000
  if (Number.isNaN(at)) throw badAnswer(call, 'a pipeline without a time')
  return at
}
