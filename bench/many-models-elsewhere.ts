import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { DeployAccess } from '../src/commands/command/context.ts'
import { openPlainGit } from '../src/forges/git/deploy-repository.ts'
import { createBare, gitEnvironment, testFolder } from '../test/support/git-repository.ts'
import { startGitServer } from '../test/support/git-server.ts'
import type { Row } from './main.ts'
import { MODELS, manyModels, promoteEach } from './many-models.ts'

/** `assay promote` of 500 models in two environments where nothing is to be done, on a real git server, with a commit for each file. */
export async function benchManyModelsElsewhere(): Promise<Row[]> {
  const git = await onPlainGit()
  console.log(
    `promote of ${MODELS} idle models on plain git: ${git.seconds.toFixed(1)} s, ${git.requests} requests`,
  )
  const what = `promote, ${MODELS} idle models on plain git`
  return [
    { what, value: git.seconds, unit: 's', bar: 10 },
    { what, value: git.requests, unit: 'requests', bar: 60 },
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
