import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { DeployAccess } from '../src/commands/command/context.ts'
import { openPlainGit } from '../src/forges/git/deploy-repository.ts'
import { connectDeploy } from '../src/forges/gitlab/connect.ts'
import { createBare, gitEnvironment, testFolder } from '../test/support/git-repository.ts'
import { startGitServer } from '../test/support/git-server.ts'
import { type GitlabServer, startGitlab, TOKEN } from '../test/support/gitlab.ts'
import { newProject } from '../test/support/gitlab-answers.ts'
import type { Row } from './main.ts'
import { MODELS, manyModels, promoteEach } from './many-models.ts'

/**
 * `assay promote` of 500 models in two environments where nothing is to be done, with a commit for each file: on a real git server, and
 * on a GitLab double over real git, where each promotion was a merge request. There all calls count, those of git as well.
 */
export async function benchManyModelsElsewhere(): Promise<Row[]> {
  const git = await onPlainGit()
  const gitlab = await onGitlab()
  console.log(
    `promote of ${MODELS} idle models on plain git: ${git.seconds.toFixed(1)} s, ${git.requests} requests; on GitLab: ${gitlab.seconds.toFixed(1)} s with the double, ${gitlab.requests} calls`,
  )
  const what = `promote, ${MODELS} idle models on plain git`
  return [
    { what, value: git.seconds, unit: 's', bar: 10 },
    { what, value: git.requests, unit: 'requests', bar: 60 },
    { what: `promote, ${MODELS} idle models on GitLab`, value: gitlab.requests, unit: 'calls', bar: 100 },
  ]
}

// --- internal ---

async function onPlainGit() {
  const { folder, remove } = testFolder()
  const server = await startGitServer(folder)
  try {
    seed(join(folder, 'deploy.git'))
    const start = performance.now()
    const repository = await openPlainGit({
      url: server.url('deploy.git'),
      env: { ...process.env, ...gitEnvironment() },
    })
    const access: DeployAccess = { repository, close: () => repository.close() }
    await promoteEach(access, 0).finally(() => access.close())
    return { seconds: (performance.now() - start) / 1000, requests: server.requests.length }
  } finally {
    await server.close()
    remove()
  }
}

async function onGitlab() {
  const gitlab = await startGitlab(problem => {
    throw new Error(problem)
  })
  try {
    seed(join(gitlab.folder, 'deploy.git'))
    mergeEach(gitlab)
    const start = performance.now()
    const access = await connectDeploy({
      ...{ repository: NAME, token: TOKEN.bot, apiUrl: gitlab.url },
      env: { ...process.env, ...gitEnvironment() },
    })
    await promoteEach(access, 0).finally(() => access.close())
    return { seconds: (performance.now() - start) / 1000, requests: gitlab.requests.length }
  } finally {
    await gitlab.close()
  }
}

/** What serves was promoted by a merge request each, from a branch that is gone. */
function mergeEach({ double }: GitlabServer): void {
  const state = double.state()
  const project = newProject(state)
  state.projects[NAME] = project
  const git = double.git(NAME)
  const sha = git.resolve('main')!
  const paths = Object.keys(manyModels(0)).filter(path => path.endsWith('model-release.yaml'))
  for (const [at, path] of paths.entries()) {
    const [, model, , environment] = path.split('/')
    project.mergeRequests.push({
      ...{ id: ++state.ids, iid: at + 1, title: `Promote ${model}`, description: '', state: 'merged' },
      ...{ source: `assay/promote/${environment}/${model}`, target: 'main', sourceProject: project.id },
      ...{ sha, labels: [], reviewers: [], auto: false, notes: [] },
      ...{ mergedAt: '2026-03-01T12:00:00.000Z', mergeCommit: sha },
    })
  }
}

const NAME = 'acme/deploy'

/** A bare repository that came to where it is by a commit for each file. */
function seed(folder: string): void {
  createBare(folder)
  const input = Object.entries(manyModels(0)).flatMap(([path, text], at) => [
    `commit refs/heads/main\ncommitter Ada <ada@example.com> ${1_772_362_800 + at} +0000\n`,
    `data 1\nx\nM 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  ])
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: folder,
    env: gitEnvironment(),
    input: input.join(''),
  })
}

if (import.meta.main) for (const row of await benchManyModelsElsewhere()) console.log(row)
