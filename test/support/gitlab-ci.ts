import { BASE } from './gitlab-answers.ts'
import type { Asked, Said } from './gitlab-double.ts'
import { paged } from './gitlab-paging.ts'
import type { Job, MergeRequest, Pipeline } from './gitlab-state.ts'

/** Pipelines of a project. They end where a test says so. */
export function ciRoutes(asked: Asked): Said | undefined {
  const { method, path } = asked
  if (path === '/pipelines' && method === 'GET') return listPipelines(asked)
  if (path === '/pipeline' && method === 'POST') return createPipeline(asked)
  const [, pipeline, jobs] = /^\/pipelines\/(\d+)(\/jobs)?$/.exec(path) ?? []
  if (pipeline && method === 'GET') {
    const one = asked.project.pipelines.find(({ id }) => id === Number(pipeline))
    if (!one) return { status: 404, body: { message: '404 Not found' } }
    return jobs
      ? paged(
          one.jobs.map(job => jobJson(asked, one, job)),
          asked.query,
          path,
        )
      : { status: 200, body: pipelineJson(asked, one) }
  }
  const [, job] = /^\/jobs\/(\d+)\/artifacts$/.exec(path) ?? []
  if (job && method === 'GET') {
    const left = asked.project.pipelines
      .flatMap(one => one.jobs)
      .find(({ id }) => id === Number(job))?.artifacts
    return left ? { status: 200, bytes: left } : { status: 404, body: { message: '404 Not found' } }
  }
  return undefined
}

// --- internal ---

function listPipelines(asked: Asked): Said {
  const { query, project, path } = asked
  const wanted = (name: string, value: string) => [null, value].includes(query.get(name))
  const found = project.pipelines.filter(
    one =>
      wanted('ref', one.ref) &&
      wanted('source', one.source) &&
      wanted('sha', one.sha) &&
      Date.parse(one.at) >= Date.parse(query.get('updated_after') ?? '2000-01-01'),
  )
  return paged(
    found.toReversed().map(one => pipelineJson(asked, one)),
    query,
    path,
  )
}

/** Those of a merge request; a new one is for its head. https://docs.gitlab.com/api/merge_requests/#create-merge-request-pipeline */
export function requestPipelines(asked: Asked, { iid, sourceProject }: MergeRequest, sha: string): Said {
  const { method, project, state, query, path } = asked
  const ref = `refs/merge-requests/${iid}/head`
  if (method === 'GET') {
    const fork = Object.values(state.projects).find(({ id }) => id === sourceProject && id !== project.id)
    const forked = fork?.pipelines.filter(one => one.source === 'merge_request_event') ?? []
    const own = project.pipelines.filter(one => one.ref === ref)
    return paged(
      [
        ...forked.map(one => ({ ...pipelineJson(asked, one), project_id: sourceProject })),
        ...own.map(one => pipelineJson(asked, one)),
      ].toReversed(),
      query,
      path,
    )
  }
  const source = 'merge_request_event'
  const at = new Date().toISOString()
  const one: Pipeline = {
    id: ++state.ids,
    sha,
    ref,
    source,
    status: 'created',
    at,
    variables: [],
    inputs: {},
    jobs: [],
  }
  project.pipelines.push(one)
  return { status: 200, body: pipelineJson(asked, one) }
}

/** A project says in its settings who may set variables; what runs at all is said in `.gitlab-ci.yml`. */
function createPipeline(asked: Asked): Said {
  const { body, git, project, state } = asked
  const sha = git.resolve(body.ref)
  if (!sha) return { status: 400, body: { message: { base: ['Reference not found'] } } }
  if (git.file(sha, '.gitlab-ci.yml') === undefined)
    return { status: 400, body: { message: { base: ['Missing CI config file'] } } }
  const { ref, variables = [], inputs = {} } = body
  if (variables.length > 0 && project.refusesVariables)
    return {
      status: 400,
      body: { message: { base: ['Insufficient permissions to set pipeline variables'] } },
    }
  const one: Pipeline = {
    id: ++state.ids,
    sha,
    ref,
    source: 'api',
    status: 'created',
    at: new Date().toISOString(),
    variables,
    inputs,
    jobs: [],
  }
  project.pipelines.push(one)
  return { status: 201, body: pipelineJson(asked, one) }
}

export function pipelineJson({ project, projectPath }: Asked, one: Pipeline) {
  const { id, sha, ref, source, status, at } = one
  const web_url = `${BASE}/${projectPath}/-/pipelines/${id}`
  return {
    id,
    iid: id,
    project_id: project.id,
    sha,
    ref,
    source,
    status,
    created_at: at,
    updated_at: at,
    web_url,
  }
}

function jobJson(
  { projectPath }: Asked,
  { id: pipeline, sha, ref, at }: Pipeline,
  { id, name, status, artifacts, archive = 'artifacts' }: Job,
) {
  return {
    id,
    name,
    status,
    ref,
    created_at: at,
    finished_at: at,
    web_url: `${BASE}/${projectPath}/-/jobs/${id}`,
    pipeline: { id: pipeline, sha, ref, status },
    ...(artifacts && { artifacts_file: { filename: `${archive}.zip`, size: artifacts.length } }),
    artifacts_expire_at: null,
  }
}
