import { artifactGone, artifactTooLarge } from '../artifact-errors.ts'
import type { Artifact, CiRun, CiRuns } from '../ci-runs.ts'
import { advised, unless } from '../expected-failures.ts'
import { badAnswer, inWords, isForgeError } from '../forge-error.ts'
import type { GitlabClient } from './client.ts'
import { pageOf } from './convert.ts'

/** Pipelines of merge requests and of branches, and what their jobs left. https://docs.gitlab.com/api/pipelines/ */
export function gitlabRuns(
  { api, download }: Pick<GitlabClient, 'api' | 'download'>,
  project: string,
): CiRuns {
  const at = `/projects/${encodeURIComponent(project)}`
  /** Jobs name the commit that they built, which may be a merge that was made for them. */
  const heads = new Map<number, string>()
  /** Where pipelines ran that did so in a fork, and their jobs. */
  const elsewhere = { pipelines: new Map<number, number>(), jobs: new Map<number, number>() }

  return {
    async run(id, request) {
      if (request !== undefined) return ofFork(id, request)
      const call = `GET ${at}/pipelines/${id}`
      const answer = await unless(advised(api.Pipelines.show(project, id), ADVICE), 'FORGE_NOT_FOUND')
      return answer && toRun(answer as unknown as Shown, call)
    },

    async ended(since) {
      const call = `GET ${at}/pipelines`
      const found: CiRun[] = []
      for (const source of ['merge_request_event', 'push']) {
        const updatedAfter = new Date(since).toISOString()
        const options = { scope: 'finished', source, updatedAfter, perPage: 50, page: 1, showExpanded: true }
        const listed = await advised(api.Pipelines.all(project, options as object), ADVICE)
        for (const one of pageOf<Shown>(listed, call).items) found.push(await toRun(one, call))
      }
      return found.sort((a, b) => b.id - a.id)
    },

    async ofHead(headSha, request) {
      const call = `GET ${at}/merge_requests/${request}/pipelines`
      const found: CiRun[] = []
      for (const one of await pipelinesOf(request, call)) {
        if (!ENDED.has(one.status)) continue
        const run = REQUEST.test(one.ref) ? await toRun(one, call) : await ofFork(one.id, request)
        if (run?.headSha === headSha && run.event === 'pull_request') found.push(run)
      }
      return found.sort((a, b) => b.id - a.id)
    },

    /** The archives that the template names so; before it did, its job was known by its own name. */
    async artifacts(run, name) {
      const call = `GET ${at}/pipelines/${run}/jobs`
      const options = { perPage: 100, page: 1, showExpanded: true } as object
      const fork = elsewhere.pipelines.get(run)
      const listing = api.Jobs.all(fork ?? project, { pipelineId: run, ...options })
      // Whose fork it is may show its pipelines, and not what they left.
      const listed =
        fork === undefined
          ? await advised(listing, ADVICE)
          : await unless(listing, 'FORGE_NOT_FOUND', 'FORGE_FORBIDDEN')
      if (listed === undefined) return []
      return pageOf<ShownJob>(listed, call)
        .items.filter(
          job => job.artifacts_file && (job.artifacts_file.filename === `${name}.zip` || isOfAssay(job.name)),
        )
        .map(job => {
          if (fork !== undefined) elsewhere.jobs.set(job.id, fork)
          return toArtifact(job, { name, headSha: heads.get(run) }, call)
        })
        .sort((a, b) => b.id - a.id)
    },

    async download({ id, bytes }, maxBytes) {
      if (bytes > MOST_PACKED) throw artifactTooLarge(MOST_PACKED)
      try {
        const fork = elsewhere.jobs.get(id)
        const place = fork === undefined ? at : `/projects/${fork}`
        const content = await download(`${place}/jobs/${id}/artifacts`, Math.max(maxBytes, MOST_PACKED))
        if (!content) throw artifactTooLarge(MOST_PACKED)
        return content
      } catch (error) {
        throw isForgeError(error, 'FORGE_NOT_FOUND') ? artifactGone(inWords(error)) : error
      }
    },
  }

  /** A pipeline that ran in the fork, by the merge request alone: that it is of its head, and in the project that it comes from. */
  async function ofFork(id: number, iid: number): Promise<CiRun | undefined> {
    const request = (await unless(api.MergeRequests.show(project, iid), 'FORGE_NOT_FOUND')) as unknown as
      | ShownRequest
      | undefined
    const source = request?.source_project_id
    if (!request || typeof source !== 'number' || source === request.target_project_id) return undefined
    const call = `GET ${at}/merge_requests/${iid}/pipelines`
    const found = (await pipelinesOf(iid, call)).find(one => one.id === id)
    if (found?.project_id !== source || found.sha !== request.sha) return undefined
    const run = await toRun({ ...found, ref: request.source_branch, source: 'merge_request_event' }, call)
    elsewhere.pipelines.set(id, source)
    const { source_branch: branch } = request
    return { ...run, head: `${project}:${branch}`, branch, fromFork: true }
  }

  async function pipelinesOf(iid: number, call: string): Promise<Shown[]> {
    const options = { perPage: 100, page: 1, showExpanded: true } as object
    const listed = await advised(api.MergeRequests.allPipelines(project, iid, options), ADVICE)
    return pageOf<Shown>(listed, call).items
  }

  async function toRun(shown: Shown, call: string): Promise<CiRun> {
    const { id, sha, ref, source, status, web_url: url } = shown
    const startedAt = Math.floor(Date.parse(shown.created_at) / 1000) * 1000
    if (!Number.isSafeInteger(id) || !COMMIT.test(sha) || Number.isNaN(startedAt))
      throw badAnswer(call, 'the answer is no pipeline')
    const [, iid] = REQUEST.exec(ref) ?? []
    const of = iid === undefined ? undefined : await requestOf(Number(iid), shown)
    const headSha = of?.headSha ?? sha
    heads.set(id, headSha)
    return {
      id,
      attempt: 1,
      url,
      attemptUrl: url,
      ended: ENDED.has(status),
      event: source === 'push' ? 'push' : source === 'merge_request_event' ? 'pull_request' : 'other',
      headSha,
      head: of?.branch === undefined ? undefined : `${project}:${of.branch}`,
      branch: of?.branch ?? ref,
      fromFork: of?.fromFork ?? false,
      startedAt,
    }
  }

  /** The head that a pipeline of a merge request is for: itself, or what the merge that it was made of has of the source branch. */
  async function requestOf(
    iid: number,
    { id, ref, sha }: Shown,
  ): Promise<{ branch: string | undefined; headSha: string; fromFork: boolean } | undefined> {
    const shown = await unless(api.MergeRequests.show(project, iid), 'FORGE_NOT_FOUND')
    if (!shown) return undefined
    const one = shown as unknown as ShownRequest
    const isHead = ref.endsWith('/head')
    // A merge says of itself what it is of while it is the last one.
    const headSha = isHead ? sha : one.head_pipeline?.id === id ? one.sha : undefined
    const fromFork = one.source_project_id !== one.target_project_id
    return {
      branch: headSha === undefined ? undefined : one.source_branch,
      headSha: headSha ?? sha,
      fromFork,
    }
  }
}

// --- internal ---

const ADVICE = 'Give the token the scope `api` and the role Developer, and leave CI/CD enabled'

/** The archive of a job holds the reports as well. */
const MOST_PACKED = 8 * 1024 * 1024
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/
const REQUEST = /^refs\/merge-requests\/(\d+)\/(?:head|merge)$/
const ENDED = new Set(['success', 'failed', 'canceled', 'skipped'])

interface Shown {
  id: number
  project_id?: number
  sha: string
  ref: string
  source: string
  status: string
  created_at: string
  web_url: string
}

interface ShownRequest {
  sha: string
  source_branch: string
  source_project_id: number | null
  target_project_id: number
  head_pipeline?: { id: number } | null
}

interface ShownJob {
  id: number
  name: string
  created_at: string
  finished_at?: string | null
  artifacts_file?: { filename?: string; size: number } | null
  artifacts_expire_at?: string | null
  pipeline: { id: number; sha: string }
}

/** `assay`, of a matrix `assay: [a]`, in parallel `assay 1/3`. */
function isOfAssay(job: string): boolean {
  return /^assay(?:$|[ :])/.test(job)
}

function toArtifact(
  job: ShownJob,
  { name, headSha }: { name: string; headSha: string | undefined },
  call: string,
): Artifact {
  const createdAt = Date.parse(job.finished_at ?? job.created_at)
  const bytes = job.artifacts_file?.size
  if (![job.id, bytes, job.pipeline?.id].every(Number.isSafeInteger) || Number.isNaN(createdAt))
    throw badAnswer(call, 'the answer is no list of jobs')
  const { id, sha } = job.pipeline
  return {
    id: job.id,
    name,
    bytes: bytes!,
    expired: false,
    job: job.name,
    fromRoot: true,
    createdAt,
    run: id,
    headSha: headSha ?? sha,
  }
}
