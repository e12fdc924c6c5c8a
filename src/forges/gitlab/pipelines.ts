import { advised } from '../expected-failures.ts'
import { badAnswer, inWords, isForgeError, withFix } from '../forge-error.ts'
import type { Pipelines, StartedRun } from '../workflows.ts'
import type { GitlabClient } from './client.ts'
import { pageOf } from './convert.ts'

/** Pipelines of a project. https://docs.gitlab.com/api/pipelines/ */
export function gitlabPipelines({ api }: Pick<GitlabClient, 'api'>, project: string): Pipelines {
  const at = `/projects/${encodeURIComponent(project)}`
  return {
    async runsOn(branch) {
      const call = `GET ${at}/pipelines`
      const options = { ref: branch, source: 'api', perPage: 100, page: 1, showExpanded: true } as const
      const answer = await advised(api.Pipelines.all(project, options), READ_ADVICE)
      return pageOf<ShownPipeline>(answer, call).items.map(one => toRun(one, call))
    },

    async start(branch, { as, name, value }) {
      const given = as === 'input' ? { inputs: { [name]: value } } : { variables: [{ key: name, value }] }
      try {
        // Inputs are newer than the client's types.
        await advised(api.Pipelines.create(project, branch, given as object), START_ADVICE)
      } catch (error) {
        if (!isForgeError(error, 'FORGE_REJECTED')) throw error
        throw withFix(error, /variables/i.test(inWords(error)) ? VARIABLES_ADVICE : FILE_ADVICE)
      }
    },
  }
}

// --- internal ---

const READ_ADVICE = 'Give the token the scope `api` and the role Developer, and leave CI/CD enabled'
const START_ADVICE =
  'Give the token the scope `api` and the role Developer, and let it push to branches named `assay/…`'
const VARIABLES_ADVICE =
  'Use `pipeline: input` of `retrain`, or let developers set variables in the settings of the project (CI/CD › Variables › Minimum role to use pipeline variables)'
const FILE_ADVICE =
  'Let `.gitlab-ci.yml` of the default branch have a job that runs for this, and with `pipeline: input` declare the input `claim` in it; docs/commands/retrain.md has both'

interface ShownPipeline {
  id: number
  web_url: string
  status: string
  sha: string
  created_at: string
}

const ENDED: Record<string, 'passed' | 'failed'> = {
  success: 'passed',
  failed: 'failed',
  canceled: 'failed',
  skipped: 'failed',
}

function toRun({ id, web_url: url, status, sha, created_at }: ShownPipeline, call: string): StartedRun {
  const at = Date.parse(created_at)
  if (!Number.isSafeInteger(id) || typeof status !== 'string' || Number.isNaN(at))
    throw badAnswer(call, 'a pipeline without id or status')
  const state = Object.hasOwn(ENDED, status) ? ENDED[status]! : 'running'
  return { id, url, state, at, headSha: sha }
}
