import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openRepository } from '../../../src/services/git/git.ts'
import {
  cloneRepository,
  createRepository,
  gitEnvironment,
  testFolder,
} from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

it('tells when a folder last changed up to a commit, but not from a clone whose history is cut off', async () => {
  const origin = createRepository(join(folder, 'origin'))
  const first = origin.commit('champion', { 'models/champion/predictions.csv': 'id\n', '[a]/x': '1' })
  origin.commit('other', { 'other.txt': 'x' })
  const shallow = cloneRepository(origin.url, join(folder, 'shallow'), '--depth=1')
  const open = async (path: string) => (await openRepository(path, { env: gitEnvironment() }))!
  const repository = await open(origin.folder)
  const below = await open(join(origin.folder, 'models'))
  const cut = await open(shallow.folder)
  const head = (await repository.headCommit())!

  expect(await repository.lastChange(head, 'models/champion')).toBe('2026-03-01T12:00:00+01:00')
  expect(await repository.lastChange(first, '[a]')).toBe('2026-03-01T12:00:00+01:00')
  expect(await below.lastChange(head, 'champion')).toBe('2026-03-01T12:00:00+01:00')
  expect(await repository.lastChange(head, 'nothing')).toBeUndefined()
  expect(await cut.lastChange(head, 'models/champion')).toBeUndefined()
})
