import { checkFacts, parseNumber } from './check-facts.ts'
import type { CiFacts, Environment } from './ci.ts'

/**
 * GitHub Actions. `event` is the payload that GITHUB_EVENT_PATH names, already parsed.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function githubActions(env: Environment, event: unknown): CiFacts {
  const { GITHUB_REPOSITORY: repository, GITHUB_SERVER_URL: serverUrl, GITHUB_RUN_ID: run } = env
  const attempt = env.GITHUB_RUN_ATTEMPT ?? '1'
  const ofEvent = factsOfEvent(env, event)
  const inPullRequest = ofEvent.pullRequest !== undefined || Boolean(ofEvent.head)
  return checkFacts({
    name: 'GitHub Actions',
    forge: 'github',
    repository,
    apiUrl: env.GITHUB_API_URL,
    serverUrl,
    actor: env.GITHUB_ACTOR,
    runUrl: run && serverUrl && `${serverUrl}/${repository}/actions/runs/${run}/attempts/${attempt}`,
    runOrder: run && `${run}.${attempt}`,
    defaultBranch: text(event, 'repository', 'default_branch'),
    summaryFile: env.GITHUB_STEP_SUMMARY,
    forkTokenReadsOnly: true,
    checkoutFix: inPullRequest ? IN_PULL_REQUEST : ON_BRANCH,
    ...ofEvent,
  })
}

// --- internal ---

/** Never the advice to check out a pull request's head where the event is `pull_request_target`: its token can write. */
const IN_PULL_REQUEST =
  'run it on the event `pull_request` and leave `ref:` out of the checkout step (`pull_request_target` and `workflow_run` check out another commit: there only `assay report` has a place)'
const AFTER_A_RUN = `\${{ github.event.workflow_run.head_sha }}`
const ON_BRANCH = `leave \`ref:\` out of the checkout step; after a \`workflow_run\` name its commit, \`ref: ${AFTER_A_RUN}\``

/** A bot whose pull requests get a read-only token although they come from no fork. */
const READ_ONLY_BOTS = ['dependabot[bot]']

type EventFacts = Pick<
  CiFacts,
  'pullRequest' | 'head' | 'headSha' | 'headBranch' | 'baseRef' | 'baseSha' | 'branch' | 'fromFork'
>

function factsOfEvent(env: Environment, event: unknown): EventFacts {
  switch (env.GITHUB_EVENT_NAME) {
    case 'merge_group':
      return {
        headSha: text(event, 'merge_group', 'head_sha'),
        baseSha: text(event, 'merge_group', 'base_sha'),
        baseRef: branchOf(text(event, 'merge_group', 'base_ref')),
      }
    case 'workflow_run':
      return factsOfWorkflowRun(event)
    case 'issue_comment':
      // GITHUB_SHA is the tip of the default branch here, which has nothing to do with the pull request.
      return at(event, 'issue', 'pull_request')
        ? { pullRequest: number(event, 'issue', 'number'), fromFork: true }
        : {}
    default:
      return isOfPullRequest(env, event)
        ? factsOfPullRequest(env, event)
        : { headSha: env.GITHUB_SHA, branch: branchOf(env.GITHUB_REF) }
  }
}

/** Also reviews, comments on lines, and whatever events there will be: what is checked out tells, not a list of names. */
function isOfPullRequest(env: Environment, event: unknown): boolean {
  const isNamed = env.GITHUB_EVENT_NAME?.startsWith('pull_request') === true
  return (
    isNamed || at(event, 'pull_request') !== undefined || env.GITHUB_REF?.startsWith('refs/pull/') === true
  )
}

/** GITHUB_SHA is a merge made for testing: checks on it show nowhere. */
function factsOfPullRequest(env: Environment, event: unknown): EventFacts {
  const author = text(event, 'pull_request', 'user', 'login')
  const headRepository = text(event, 'pull_request', 'head', 'repo', 'full_name')
  const headSha = text(event, 'pull_request', 'head', 'sha')
  const ownRepository = text(event, 'pull_request', 'base', 'repo', 'full_name') ?? env.GITHUB_REPOSITORY
  return {
    pullRequest:
      number(event, 'pull_request', 'number') ??
      parseNumber(/^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1]),
    headSha,
    headBranch: text(event, 'pull_request', 'head', 'ref') ?? env.GITHUB_HEAD_REF,
    baseRef: text(event, 'pull_request', 'base', 'ref') ?? env.GITHUB_BASE_REF,
    baseSha: text(event, 'pull_request', 'base', 'sha'),
    fromFork: !headSha || headRepository !== ownRepository || READ_ONLY_BOTS.includes(author ?? ''),
  }
}

/** Runs after another workflow. For a fork GitHub lists no pull requests: there the branch leads to it. */
function factsOfWorkflowRun(event: unknown): EventFacts {
  const headSha = text(event, 'workflow_run', 'head_sha')
  const all = at(event, 'workflow_run', 'pull_requests')
  const ours = (Array.isArray(all) ? all : []).filter(one => text(one, 'head', 'sha') === headSha)
  const [only] = ours.length === 1 ? ours : []
  const owner = text(event, 'workflow_run', 'head_repository', 'owner', 'login')
  const branch = text(event, 'workflow_run', 'head_branch')
  return {
    headSha,
    head: only === undefined && owner && branch ? `${owner}:${branch}` : undefined,
    pullRequest: number(only, 'number'),
    baseRef: text(only, 'base', 'ref'),
    baseSha: text(only, 'base', 'sha'),
    fromFork:
      text(event, 'workflow_run', 'head_repository', 'full_name') !== text(event, 'repository', 'full_name'),
  }
}

function branchOf(ref: string | undefined): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}

function at(value: unknown, ...path: string[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

function text(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

function number(value: unknown, ...path: string[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : undefined
}
