import { mkdtempSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { openPlainGit } from '../../../src/forges/git/deploy-repository.ts'
import { askedGit } from '../../support/asked-git.ts'
import { createRepository, gitEnvironment, testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

it('git is started once for each thing that is not known yet, and commits are read once', async () => {
  const remote = createRepository(`${folder}/remote`)
  const first = remote.commit('first', { 'a.yml': 'a\n' })
  const { PATH, commands } = askedGit(folder)
  const deploy = await openPlainGit({ url: remote.url, env: { ...gitEnvironment(), PATH } })

  await deploy.readBranches(['main'])
  expect(commands()).toEqual(['ls-remote', 'fetch', 'cat-file'])
  await deploy.readBranches(['main'])
  expect(commands()).toEqual(['ls-remote'])

  const second = remote.commit('second', { 'a.yml': 'b\n' })
  const heads = await deploy.readBranches(['main'])
  expect(heads.get('main')).toMatchObject({ commit: second, parents: [first], message: 'second\n' })
  expect(commands()).toEqual(['ls-remote', 'fetch', 'cat-file'])
  await deploy.close()
})

it('a commit takes no process but for the folders that it changes and the push', async () => {
  const remote = createRepository(`${folder}/many`)
  const others = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`apps/m-${at}/a.yml`, 'a\n']))
  const parent = remote.commit('first', { ...others, 'b.yml': 'b\n' })
  const { PATH, commands } = askedGit(mkdtempSync(`${folder}/asked-`))
  const deploy = await openPlainGit({ url: remote.url, env: { ...gitEnvironment(), PATH } })
  await deploy.readFiles(parent, ['apps/m-7/a.yml'])
  commands()

  const files = [{ path: 'apps/m-7/a.yml', content: 'changed\n' }]
  const made = await deploy.commitFiles({
    branch: 'x',
    expected: undefined,
    parent,
    files,
    message: 'change',
  })

  expect(commands()).toEqual(['cat-file', 'cat-file', 'push'])
  expect(made).toEqual({ kind: 'committed', commit: remote.git('rev-parse', 'x') })
  expect(remote.git('fsck', '--strict')).not.toContain('error')
  expect(remote.git('diff', '--name-only', parent, 'x')).toBe('apps/m-7/a.yml')
  await deploy.close()
})
