import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { openPlainGit } from '../../../src/forges/git/deploy-repository.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  testFolder,
} from '../../support/git-repository.ts'

/** What is asked of a server before there is a clone to ask in. */

const { folder, remove } = testFolder()
afterAll(remove)
afterEach(() => vi.unstubAllEnvs())

it('what kind of ids a repository has is not guessed from a list that holds nothing', async () => {
  const place = join(folder, 'sha256')
  createRepository(folder).git('init', '--quiet', '--object-format=sha256', '--initial-branch=main', place)
  const remote = openTestRepository(place)
  const head = remote.commit('first', { 'a.yml': 'a\n' })
  const deploy = await openPlainGit({ url: remote.url, env: gitEnvironment() })

  expect(await deploy.listBranches('assay/')).toEqual([])
  expect([...(await deploy.readBranches(['gone'])).values()]).toEqual([undefined])
  expect([...(await deploy.readFiles(head, ['a.yml'])).values()]).toEqual(['a\n'])
  const files = [{ path: 'a.yml', content: 'b\n' }]
  const made = await deploy.commitFiles({
    branch: 'x',
    expected: undefined,
    parent: head,
    files,
    message: 'm',
  })
  expect(made).toEqual({ kind: 'committed', commit: remote.git('rev-parse', 'x') })
  await deploy.close()
})

it('a branch whose name ends like one of ours is none of ours', async () => {
  const remote = createRepository(join(folder, 'tails'))
  remote.commit('first', { 'a.yml': 'a\n' })
  for (const name of ['assay/promote/staging/churn', 'x/refs/heads/assay/promote/staging/fraud'])
    remote.git('update-ref', `refs/heads/${name}`, 'HEAD')
  const deploy = await openPlainGit({ url: remote.url, env: gitEnvironment() })

  expect(await deploy.listBranches('assay/')).toEqual(['assay/promote/staging/churn'])
  await deploy.close()
})

it('a repository around the folder for temporary files has no say', async () => {
  const around = createRepository(join(folder, 'around'))
  const witness = join(folder, 'witness')
  around.git('config', 'core.sshCommand', `touch '${witness}'; false`)
  mkdirSync(join(around.folder, 'tmp'))
  vi.stubEnv('TMPDIR', join(around.folder, 'tmp'))
  const deploy = await openPlainGit({ url: 'ssh://git@127.0.0.1:1/deploy.git', env: gitEnvironment() })

  await expect(deploy.readBranches(['main'])).rejects.toMatchObject({ code: 'GIT_FAILED' })
  expect(existsSync(witness)).toBe(false)
  await deploy.close()
})
