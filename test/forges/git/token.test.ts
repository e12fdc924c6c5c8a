import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPlainGit } from '../../../src/forges/git/deploy-repository.ts'
import { createRepository, gitEnvironment } from '../../support/git-repository.ts'
import { type GitServer, startGitServer } from '../../support/git-server.ts'

const TOKEN = 'CANARY-deploy-token'
const folder = mkdtempSync(join(tmpdir(), 'assay-plain-git-token-'))
const calls = join(folder, 'calls')
let server: GitServer

beforeAll(async () => {
  const served = join(folder, 'served')
  mkdirSync(served)
  const deploy = createRepository(join(served, 'deploy.git'))
  deploy.commit('one', { 'a.yml': 'a: 1\n', 'apps/b.yml': 'b: 1\n' })
  deploy.commit('two', { 'a.yml': 'a: 2\n' })
  server = await startGitServer(served, { token: TOKEN })
  // A git that writes down what it was asked, and whether its environment had the token.
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const fake = join(folder, 'bin')
  mkdirSync(fake)
  const script = `#!/bin/sh\nif env | grep -q Authorization; then had=token; else had=none; fi\necho "$had $*" >> '${calls}'\nexec '${real}' "$@"\n`
  writeFileSync(join(fake, 'git'), script)
  chmodSync(join(fake, 'git'), 0o755)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

it('a token is in the environment of the calls to the server, and of no other', async () => {
  const env = { ...gitEnvironment(), PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
  const git = await openPlainGit({ url: server.url('deploy.git'), token: TOKEN, env })

  const [main] = (await git.readBranches(['main'])).values()
  const texts = await git.readFiles(main!.commit, ['a.yml', 'apps/b.yml'])
  expect([...texts.values()]).toEqual(['a: 2\n', 'b: 1\n'])
  const [history] = (await git.fileHistory(main!.commit, ['a.yml'], 10)).values()
  expect(history!.map(({ text }) => text)).toEqual(['a: 2\n', 'a: 1\n'])
  const committed = await git.commitFiles({
    branch: 'assay/x',
    parent: main!.commit,
    expected: undefined,
    message: 'Three',
    files: [{ path: 'a.yml', content: 'a: 3\n' }],
  })
  expect(committed).toMatchObject({ kind: 'committed' })
  await git.close()

  const lines = readFileSync(calls, 'utf8').trim().split('\n')
  const commandOf = (line: string) => / (?:-c \S+ )*([a-z][a-z-]*)/.exec(line.slice(5))?.[1]
  const withToken = new Set(lines.filter(line => line.startsWith('token')).map(commandOf))
  expect([...withToken].sort()).toEqual(['fetch', 'ls-remote', 'push'])
  expect(lines.some(line => line.startsWith('none ') && line.includes('cat-file'))).toBe(true)
})
