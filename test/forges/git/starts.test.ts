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
