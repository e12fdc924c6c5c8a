import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { cleanEnvironment } from '../cli/cli.ts'
import { builtCli } from '../support/built-cli.ts'
import type { TestRepository } from '../support/git-repository.ts'

/**
 * Pipelines that really run: gitlab-ci-local reads the YAML as GitLab does, holds it to GitLab's own JSON schema and runs the
 * jobs in a shell. It gives a job the variables of a push; those of a merge request are named here.
 */

const RUNNER = fileURLToPath(new URL('../../node_modules/gitlab-ci-local/dist/index.js', import.meta.url))
const TEMPLATES = fileURLToPath(new URL('../../gitlab-component/templates', import.meta.url))

/** How the jobs of these tests run Assay: as it is in the source. */
export const FROM_SOURCE = `${process.execPath} ${builtCli()}`

/** Why no pipeline can run on this machine, or an empty text. */
export const MISSING =
  spawnSync('rsync', ['--version']).status === 0 ? '' : ' (skipped: gitlab-ci-local needs rsync on the PATH)'

export interface Pipeline {
  exitCode: number
  /** What the runner printed, the output of the jobs in it. */
  log: string
  /** A file that a job exported as artifact. */
  artifact(job: string, path: string): string
  hasArtifact(job: string, path: string): boolean
}

/** A `.gitlab-ci.yml` that includes templates of the component project with these inputs, and the templates with it. */
export function includeTemplates(
  includes: Record<string, Record<string, unknown>>,
  more: Record<string, unknown> = {},
): Record<string, string> {
  const include = Object.entries(includes).map(([name, inputs]) => ({
    local: `/component/${name}.yml`,
    inputs: { 'assay-command': FROM_SOURCE, ...inputs },
  }))
  const templates = Object.keys(includes).map(name => [
    `component/${name}.yml`,
    readFileSync(join(TEMPLATES, `${name}.yml`), 'utf8'),
  ])
  return { '.gitlab-ci.yml': stringify({ include, ...more }), ...Object.fromEntries(templates) }
}

/**
 * A pipeline file as it is shipped, but for where Assay and its templates come from: they lie where the runner keeps what it has
 * fetched, so no network is asked.
 */
export function fromHere(text: string): { text: string; templates: Record<string, string> } {
  const file = parse(text) as { include: { remote: string; inputs: Record<string, unknown> }[] }
  for (const { inputs } of file.include) inputs['assay-command'] = FROM_SOURCE
  const templates = file.include.map(({ remote }) => [
    `.gitlab-ci-local/includes/${remote.replace('https://', '')}`,
    readFileSync(join(TEMPLATES, basename(remote)), 'utf8'),
  ])
  return { text: stringify(file), templates: Object.fromEntries(templates) }
}

/** The variables of a merge request from one branch of a project into `main`. */
export function mergeRequest(change: {
  iid: number
  base: string
  head: string
  project?: string
  from?: string
}) {
  const { iid, base, head, project = PROJECT, from = project } = change
  return {
    CI_PIPELINE_SOURCE: 'merge_request_event',
    CI_MERGE_REQUEST_IID: String(iid),
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: head,
    CI_MERGE_REQUEST_PROJECT_PATH: project,
    CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: from,
  }
}

export const PROJECT = 'ml/churn'

/**
 * Runs the pipeline of what is checked out. `variables` win over those that the runner makes; undefined takes one away. `inputs` are
 * those of the pipeline itself.
 */
export async function runPipeline(
  repository: TestRepository,
  variables: Record<string, string | undefined> = {},
  inputs: Record<string, string> = {},
): Promise<Pipeline> {
  const { folder } = repository
  const home = `${folder}-home`
  mkdirSync(home, { recursive: true })
  const given: Record<string, string | undefined> = {
    GITLAB_CI: 'true',
    CI_DEFAULT_BRANCH: 'main',
    CI_PIPELINE_ID: '5001',
    ...(variables.CI_PIPELINE_SOURCE === 'merge_request_event' ? { CI_COMMIT_BRANCH: undefined } : {}),
    ...variables,
  }
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? ['--unset-variable', name] : ['--variable', `${name}=${value}`],
  )
  const handed = Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`])
  const { exitCode, log } = await execute(
    [RUNNER, '--force-shell-executor', '--shell-isolation', ...QUIET, ...flags, ...handed],
    folder,
    { HOME: home },
  )
  const path = (job: string, file: string) => join(folder, '.gitlab-ci-local/artifacts', folderOf(job), file)
  return {
    exitCode,
    log,
    artifact: (job, file) => readFileSync(path(job, file), 'utf8'),
    hasArtifact: (job, file) => existsSync(path(job, file)),
  }
}

// --- internal ---

/** The schema is that of GitLab's editor: its server takes an empty list of tags, as docs/gitlab.md tells to give. */
const QUIET = ['--no-color', '--ignore-schema-paths', '#/definitions/tags/minItems']

/** The runner writes out what is not safe in the name of a folder. */
function folderOf(job: string): string {
  return job.replace(/[^\w-]+/g, unsafe => Buffer.from(unsafe).toString('base64url'))
}

function execute(
  args: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<{ exitCode: number; log: string }> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      args,
      { cwd, env: cleanEnvironment(env), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code ?? 1) : 0, log: `${stdout}${stderr}` }),
    )
  })
}
