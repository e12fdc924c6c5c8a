import { cpSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PullRequestCommits } from '../../../src/services/git/base.ts'
import { openRepository } from '../../../src/services/git/git.ts'
import {
  checkoutLikeActions,
  cloneRepository,
  createRepository,
  gitEnvironment,
  openTestRepository,
  type TestRepository,
  testFolder,
} from '../../support/git-repository.ts'

let work: ReturnType<typeof testFolder>
let server: TestRepository
/** Where the branch left main, main's tip since, the branch's tip, and the merge of both that a forge makes for testing. */
let fork: string
let main: string
let head: string
let merge: string

let template: ReturnType<typeof testFolder>

beforeAll(() => {
  template = testFolder()
  server = createRepository(template.folder)
  server.commit('old', { 'assay.yml': 'gates: old\n', 'big.txt': 'x'.repeat(1000) })
  fork = server.commit('fork', { 'assay.yml': 'gates: fork\n' })
  server.git('checkout', '--quiet', '-b', 'feature')
  for (let step = 1; step < 30; step++) server.commit(`feature ${step}`, { 'train.py': `${step}` })
  head = server.commit('feature', { 'train.py': 'done' })
  server.git('checkout', '--quiet', 'main')
  main = server.commit('main', { 'assay.yml': 'gates: main\n' })
  server.git('checkout', '--quiet', '--detach', 'main')
  server.git('merge', '--quiet', '--no-ff', '--message', 'test merge', 'feature')
  merge = server.git('rev-parse', 'HEAD')
  server.git('update-ref', 'refs/pull/1/merge', merge)
  server.git('update-ref', 'refs/pull/1/head', head)
  server.git('checkout', '--quiet', 'main')
})

afterAll(() => template.remove())

beforeEach(() => {
  work = testFolder()
  cpSync(template.folder, join(work.folder, 'server'), { recursive: true })
  server = openTestRepository(join(work.folder, 'server'))
})

afterEach(() => work.remove())

describe('baseCommit', () => {
  it('is the merge base in a whole clone of the branch', async () => {
    const clone = cloneRepository(server.url, place(), '--branch=feature')

    expect(await base(clone, { baseRef: 'main', headSha: head })).toEqual({ commit: fork })
    expect(await base(clone, { baseRef: 'main', baseSha: main, headSha: head })).toEqual({ commit: fork })
    expect(await base(clone, { baseSha: fork, headSha: head })).toEqual({ commit: fork })
  })

  it("is the merge's own parent where a merge is checked out, not what the target branch has become since", async () => {
    const later = server.commit('later', { 'assay.yml': 'gates: later\n' })
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/merge', place())

    const found = await base(clone, { baseRef: 'main', baseSha: later, headSha: head })

    expect(found).toEqual({ commit: main })
    expect(await readAt(clone, main)).toBe('gates: main\n')
  })

  it('needs only one commit of history for that', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/merge', place())

    await base(clone, { baseRef: 'main', baseSha: main, headSha: head })

    expect(clone.git('rev-list', '--all', '--count')).toBe('1')
    expect(clone.git('rev-list', '--count', main)).toBe('1')
    expect(clone.git('status', '--porcelain')).toBe('')
  })

  it('finds it where the CI merged the target into the pull request itself, known by either side', async () => {
    const clone = cloneRepository(server.url, place(), '--branch=feature')
    clone.git('merge', '--quiet', '--no-ff', '--message', 'merge into it', 'origin/main')

    expect(await base(clone, { baseRef: 'main', headSha: head })).toEqual({ commit: main })
    expect(await base(clone, { baseSha: main })).toEqual({ commit: main })
  })

  it('deepens a clone of the branch that has one commit of history', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())

    const found = await base(clone, { baseRef: 'main', baseSha: main, headSha: head })

    expect(found).toEqual({ commit: fork })
    expect(await readAt(clone, fork)).toBe('gates: fork\n')
    expect(clone.git('rev-parse', 'HEAD')).toBe(head)
  })

  it('asks the server for the tip of the branch where the CI gives only its name', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())

    expect(await base(clone, { baseRef: 'main', headSha: head })).toEqual({ commit: fork })
  })

  it('works in a clone without file contents', async () => {
    const clone = cloneRepository(server.url, place(), '--branch=feature', '--filter=blob:none')

    expect(await base(clone, { baseRef: 'main', headSha: head })).toEqual({ commit: fork })
    expect(await readAt(clone, fork)).toBe('gates: fork\n')
  })

  it('does not make a whole clone a shallow one', async () => {
    const clone = cloneRepository(server.url, place(), '--branch=feature', '--single-branch')

    expect(await base(clone, { baseSha: main, headSha: head })).toEqual({ commit: fork })
    expect(clone.git('rev-parse', '--is-shallow-repository')).toBe('false')
  })

  it('is a merge that the author made like any other commit', async () => {
    server.git('checkout', '--quiet', 'feature')
    server.git('merge', '--quiet', '--no-ff', '--message', 'catch up', fork, 'main')
    const tip = server.git('rev-parse', 'HEAD')
    const clone = cloneRepository(server.url, place(), '--branch=feature')

    expect(await base(clone, { baseRef: 'main', headSha: tip })).toEqual({ commit: main })
  })

  it.each<[string, PullRequestCommits, RegExp]>([
    ['nothing is known', {}, /does not say which branch/],
    ['there is no such branch', { baseRef: 'gone' }, /branch gone is neither/],
    ['the commit is gone', { baseSha: 'a'.repeat(40) }, /aaaaaaa is not in this clone .*fetch-depth: 0/s],
    [
      'the facts are hostile',
      { baseRef: '--upload-pack=touch x', baseSha: '-x' },
      /does not say which branch/,
    ],
  ])('says why there is none when %s', async (_, facts, reason) => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())

    const found = await base(clone, facts)

    expect('missing' in found && found.missing).toMatch(reason)
    expect(existsSync(join(clone.folder, 'x'))).toBe(false)
  })

  it('says so when two histories have nothing in common', async () => {
    server.git('checkout', '--quiet', '--orphan', 'strange')
    const strange = server.commit('strange', {})
    const clone = cloneRepository(server.url, place(), '--branch=feature')

    const found = await base(clone, { baseSha: strange, headSha: head })

    expect(found).toEqual({ missing: expect.stringContaining('no history in common') })
  })

  it('SE-001: names neither password nor user when the remote cannot be reached', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())
    clone.git('remote', 'set-url', 'origin', 'http://user:ghs_CANARY1234567890@127.0.0.1:9/o/r.git')

    const found = await base(clone, { baseSha: main, headSha: head })

    expect(found).toEqual({ missing: expect.stringContaining('could not be fetched') })
    expect(JSON.stringify(found)).not.toContain('CANARY')
  })

  it('GT-015: gives up on a server that takes the call and never answers', async () => {
    let calls = 0
    const silent = createServer(() => calls++).listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    const { port } = silent.address() as { port: number }
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())
    clone.git('remote', 'set-url', 'origin', `git://127.0.0.1:${port}/r.git`)

    const found = await base(clone, { baseSha: main, headSha: head }, 3000)

    expect(found).toEqual({ missing: expect.stringContaining('printed nothing for 3 s') })
    expect(calls).toBeLessThanOrEqual(2)
    expect(existsSync(join(clone.folder, '.git/shallow.lock'))).toBe(false)
    silent.close()
  })

  it('writes nothing into the configuration of the clone', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())
    const before = readFileSync(join(clone.folder, '.git/config'), 'utf8')

    await base(clone, { baseRef: 'main', baseSha: main, headSha: head })

    expect(readFileSync(join(clone.folder, '.git/config'), 'utf8')).toBe(before)
    expect(clone.git('for-each-ref', '--format=%(refname)')).toBe('refs/remotes/pull/merge')
  })
})

describe('resolveCommit', () => {
  it('fetches a commit that a clone of one commit does not have, by its whole id', async () => {
    const clone = checkoutLikeActions(server.url, 'refs/pull/1/head', place())
    const opened = await openRepository(clone.folder, { env: gitEnvironment() })

    expect(await opened!.resolveCommit(fork)).toBe(fork)
    expect(await readAt(clone, fork)).toBe('gates: fork\n')
  })
})

function place(): string {
  return join(work.folder, 'clone')
}

async function base(clone: TestRepository, facts: PullRequestCommits, silenceMs?: number) {
  return (await openRepository(clone.folder, { env: gitEnvironment(), silenceMs }))!.baseCommit(facts)
}

async function readAt(clone: TestRepository, commit: string): Promise<string> {
  const opened = await openRepository(clone.folder, { env: gitEnvironment() })
  return Buffer.from((await opened!.readFileAt(commit, 'assay.yml'))!).toString()
}
