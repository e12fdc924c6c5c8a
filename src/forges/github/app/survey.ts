import { isOlder } from '../../../core/text/marker.ts'
import { isLastOfRun, orderOfCheck, subjectOfCheck } from '../../check-order.ts'
import type { SeenPull, SeenRepository, SeenRun, SeenWritten, Survey, SurveyQuestion } from '../../survey.ts'
import type { Graphql } from '../graphql.ts'
import { inBatches, type List, present } from './batches.ts'
import { type Branches, branchesIn, readOtherBranches } from './other-branches.ts'
import { briefQuery, type Detail, detailQuery, type MayAsk } from './survey-query.ts'

/** Who asks. */
export interface Surveyor {
  /** The number of the app, and the login that it writes as in GraphQL. */
  app: number
  slug: string
  may: MayAsk
}

/**
 * Looks at many repositories of one installation: some dozens in a call, first in brief, then at what may matter of the pull
 * requests and commits that are new enough. A repository that is gone, or fails its call alone, is `unseen`.
 *
 * @throws AssayError what keeps all of it from being seen: a limit, a token that is refused
 */
export async function surveyRepositories(
  graphql: Graphql,
  names: readonly string[],
  question: SurveyQuestion,
  { app, slug, may }: Surveyor,
): Promise<Survey> {
  const seen = new Map<string, SeenRepository>()
  const listed = new Map<string, Branches>()
  async function look(some: readonly string[], most: number, pulls: number): Promise<void> {
    const query = (part: readonly string[]) => briefQuery(part, { ...question, may, pulls })
    const briefs = await inBatches<string, Brief>(graphql, some, most, query)
    for (const [name, brief] of briefs) {
      if (!brief) continue
      seen.set(name, repositoryIn(name, brief, question))
      listed.set(name, brief.refs)
    }
  }
  await look(names, MOST_REPOSITORIES, USUAL_PULLS)
  const busy = [...seen.values()].filter(one => isCut(one, question))
  await look(
    busy.map(({ name }) => name),
    MOST_BUSY,
    MOST_PULLS,
  )
  for (const [name, others] of await readOtherBranches(graphql, listed, question.prefix)) {
    const repository = seen.get(name)!
    repository.branches.push(...others.branches)
    if (others.isCut) repository.isCut = true
    if (others.isUnseen) seen.delete(name)
  }
  const details = [...seen.values()].flatMap(one => detailsOf(one, question))
  const told = await inBatches<Detail, Told>(graphql, details, MOST_DETAILS, some =>
    detailQuery(some, { app, may }),
  )
  for (const detail of details) {
    const repository = seen.get(detail.name)
    const answer = told.get(detail)
    // Half of what was to be seen would pass for all of it.
    if (!answer) seen.delete(detail.name)
    if (!repository || !answer) continue
    const pull = 'pull' in detail && repository.pulls.find(({ number }) => number === detail.pull)
    const commit = answer.pullRequest?.commits?.nodes?.[0]?.commit ?? answer.object
    const runs = runsIn(commit, question)
    if (!pull) repository.runs = runs
    else {
      const since = question.writtenSince(detail.name)
      Object.assign(pull, {
        runs,
        judgedFor: marksIn(commit),
        written: writtenIn(answer.pullRequest, slug, since),
      })
    }
  }
  return { repositories: [...seen.values()], unseen: names.filter(name => !seen.has(name)) }
}

// --- internal ---

/** A call that takes longer than ten seconds is ended by GitHub: then it is made of half as many. */
const MOST_REPOSITORIES = 50
const MOST_DETAILS = 40
/** Pull requests of a repository; where all of these are new, it is asked for more. */
const USUAL_PULLS = 20
const MOST_PULLS = 100
const MOST_BUSY = 10
/** There are more that changed lately. */
function isCut({ name, pulls }: SeenRepository, { writtenSince }: SurveyQuestion): boolean {
  return pulls.length === USUAL_PULLS && pulls.at(-1)!.changedAt >= writtenSince(name)
}

type Brief = Record<string, unknown> & {
  defaultBranchRef: { name: string; target: { oid: string; committedDate?: string } | null } | null
  refs: Branches
  pullRequests: List<BriefPull>
}

interface BriefPull {
  number: number
  state: 'OPEN' | 'CLOSED' | 'MERGED'
  updatedAt: string
  headRefName: string
  headRefOid: string
  baseRefName?: string
  isCrossRepository: boolean
  statusCheckRollup?: { state: string } | null
}

interface Told {
  pullRequest?: (Texts & { commits: List<{ commit: Suites }> }) | null
  object?: Suites | null
}

interface Texts {
  comments: List<Text>
  reviews: List<Text>
}

interface Text {
  fullDatabaseId: string | null
  body: string
  createdAt?: string
  submittedAt?: string | null
  author: { __typename: string; login: string } | null
}

interface Suites {
  suites?: List<{
    status: string
    updatedAt: string
    workflowRun: { event: string; resourcePath: string } | null
  }>
  own?: List<{ checkRuns: List<{ completedAt: string | null; externalId: string | null }> }>
}

function repositoryIn(name: string, brief: Brief, { files, prefix }: SurveyQuestion): SeenRepository {
  const { defaultBranchRef: ref, refs, pullRequests } = brief
  const at = Date.parse(ref?.target?.committedDate ?? '')
  return {
    name,
    ...(ref?.target && { head: { branch: ref.name, commit: ref.target.oid, at: Number.isNaN(at) ? 0 : at } }),
    files: new Set(files.filter((_, index) => brief[`f${index}`])),
    pulls: present(pullRequests).map(pullIn),
    branches: branchesIn(refs, prefix),
    runs: [],
  }
}

function pullIn(pull: BriefPull): SeenPull {
  return {
    number: pull.number,
    state: ({ OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const)[pull.state],
    branch: pull.headRefName,
    isFork: pull.isCrossRepository,
    head: pull.headRefOid,
    ...(pull.baseRefName !== undefined && { base: pull.baseRefName }),
    changedAt: Date.parse(pull.updatedAt),
    ...(pull.statusCheckRollup && { checks: pull.statusCheckRollup.state }),
    written: [],
    runs: [],
  }
}

function detailsOf({ name, head, pulls }: SeenRepository, question: SurveyQuestion): Detail[] {
  const { endedSince } = question
  const writtenSince = question.writtenSince(name)
  const asked: Detail[] = pulls
    .filter(
      ({ state, changedAt }) =>
        changedAt >= (state === 'open' ? Math.min(writtenSince, endedSince) : writtenSince),
    )
    .map(({ number }) => ({ name, pull: number }))
  return head && head.at >= endedSince ? [...asked, { name, commit: head.commit }] : asked
}

/** Runs that have ended, of what judges: a push or a pull request. */
function runsIn(commit: Suites | null | undefined, { endedSince }: SurveyQuestion): SeenRun[] {
  const own = present(commit?.own).flatMap(({ checkRuns }) => present(checkRuns))
  const last = own.filter(({ externalId }) => isLastOfRun(externalId ?? ''))
  const reportedAt = Math.max(0, ...last.map(({ completedAt }) => Date.parse(completedAt ?? '') || 0))
  return present(commit?.suites).flatMap(({ status, updatedAt, workflowRun }) => {
    const id = Number(/\/actions\/runs\/(\d+)/.exec(workflowRun?.resourcePath ?? '')?.[1])
    const endedAt = Date.parse(updatedAt)
    const isOf = workflowRun !== null && ['push', 'pull_request'].includes(workflowRun.event)
    if (status !== 'COMPLETED' || !isOf || !Number.isSafeInteger(id) || !(endedAt >= endedSince)) return []
    return [{ id, endedAt, isReported: reportedAt >= endedAt }]
  })
}

/** By whose rules the verdicts are, of each model that of its newest run: one workflow may weigh one, and another another. */
function marksIn(commit: Suites | null | undefined): string[] {
  const own = present(commit?.own).flatMap(({ checkRuns }) => present(checkRuns))
  const all = own.map(({ externalId }) => externalId ?? '')
  return [...Map.groupBy(all, id => subjectOfCheck(id).model).values()].flatMap(own => {
    const newest = own.reduce((last, id) => (isOlder(last, orderOfCheck(id)) ? orderOfCheck(id) : last), '')
    return own.flatMap(id => (orderOfCheck(id) === newest ? (subjectOfCheck(id).mark ?? []) : []))
  })
}

function writtenIn(told: Texts | null | undefined, slug: string, since: number): SeenWritten[] {
  const of = (writtenAs: SeenWritten['writtenAs'], list: List<Text> | undefined) =>
    present(list).flatMap(({ fullDatabaseId, body, createdAt, submittedAt, author }): SeenWritten[] => {
      const id = Number(fullDatabaseId)
      const at = Date.parse(submittedAt ?? createdAt ?? '')
      if (fullDatabaseId === null || !Number.isSafeInteger(id) || !(at >= since)) return []
      return [{ writtenAs, id, at, body, author: authorIn(author, slug) }]
    })
  return [...of('comment', told?.comments), ...of('review', told?.reviews)]
}

function authorIn(author: Text['author'], slug: string): SeenWritten['author'] {
  if (author?.__typename === 'User') return 'person'
  return author?.__typename === 'Bot' && author.login === slug ? 'own' : 'other'
}
