import { execFile } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { openRepository, type Repository } from '../../../src/services/git/git.ts'
import {
  cloneRepository,
  createRepository,
  gitEnvironment,
  openTestRepository,
  type TestRepository,
  testFolder,
} from '../../support/git-repository.ts'

let work: ReturnType<typeof testFolder>
let repository: TestRepository
let first: string
let second: string

// Made once: each test gets a copy.
let template: ReturnType<typeof testFolder>

beforeAll(() => {
  template = testFolder()
  const made = createRepository(template.folder)
  first = made.commit('first', {
    'assay.yml': 'model: m\n',
    'metrics/ä b.json': '{"auc": 0.9}',
    'link.yml': { link: 'assay.yml' },
    'outside.txt': { link: '/etc/passwd' },
    'data/inside.txt': { link: '../assay.yml' },
  })
  second = made.commit('second', {
    'assay.yml': 'model: n\n',
    'metrics/ä b.json': undefined,
    'metrics/c.json': '{"auc": 0.9}',
  })
})

afterAll(() => template.remove())

beforeEach(() => {
  work = testFolder()
  const folder = join(work.folder, 'model')
  cpSync(template.folder, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  repository = openTestRepository(folder)
})

afterEach(() => work.remove())

describe('openRepository', () => {
  it('is undefined where there is no repository', async () => {
    mkdirSync(join(work.folder, 'plain'))

    expect(await openRepository(join(work.folder, 'plain'), { env: gitEnvironment() })).toBeUndefined()
    expect(await openRepository(join(repository.folder, '.git'), { env: gitEnvironment() })).toBeUndefined()
  })

  it('has no head before the first commit', async () => {
    createRepository(join(work.folder, 'new'))

    const opened = await openRepository(join(work.folder, 'new'), { env: gitEnvironment() })

    expect(await opened!.headCommit()).toBeUndefined()
  })

  it('names the tool that is missing, where it is needed', async () => {
    mkdirSync(join(work.folder, 'plain'))
    const env = { PATH: work.folder }

    expect(await openRepository(join(work.folder, 'plain'), { env })).toBeUndefined()
    await expect(openRepository(repository.folder, { env })).rejects.toMatchObject({ code: 'GIT_MISSING' })
  })

  it.skipIf(process.getuid?.() !== 0)('gives the exact fix for a repository of another owner', async () => {
    chownSync(repository.folder, 12_345, 12_345)

    const error = (await openRepository(repository.folder, { env: gitEnvironment() }).catch(
      thrown => thrown,
    )) as AssayError

    expect(error.code).toBe('GIT_NOT_TRUSTED')
    expect(renderError(error)).toContain(
      `fix: git config --global --add safe.directory '${repository.folder}'`,
    )
  })

  it.skipIf(process.getuid?.() !== 0)('trusts it when the job says so in its environment', async () => {
    chownSync(repository.folder, 12_345, 12_345)
    const trust = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' }

    const opened = await openRepository(repository.folder, { env: { ...gitEnvironment(), ...trust } })

    expect(await opened!.headCommit()).toBe(second)
  })

  it('is not led elsewhere by variables of a git hook', async () => {
    const other = createRepository(join(work.folder, 'other'))
    other.commit('other', { a: 'b' })
    const env = { ...gitEnvironment(), GIT_DIR: join(other.folder, '.git'), GIT_WORK_TREE: other.folder }

    const opened = await openRepository(repository.folder, { env })

    expect(await opened!.headCommit()).toBe(second)
  })

  it('works with the settings that jobs have: credentials, editors, ssh', async () => {
    const env = {
      ...gitEnvironment(),
      EDITOR: 'vi',
      PAGER: 'less',
      PREFIX: '/usr',
      GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
      GIT_ASKPASS: '/bin/echo',
      SSH_ASKPASS: '/bin/echo',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: 'cache',
      GIT_CONFIG_KEY_1: 'url.https://token@example.com/.insteadOf',
      GIT_CONFIG_VALUE_1: 'https://example.com/',
    }

    const opened = await openRepository(repository.folder, { env })

    expect(await opened!.headCommit()).toBe(second)
  })
})

describe('reading', () => {
  it('knows the commits', async () => {
    const git = await open()

    expect(await git.headCommit()).toBe(second)
    expect(await git.resolveCommit('HEAD~1')).toBe(first)
    expect(await git.resolveCommit('main')).toBe(second)
    expect(await git.resolveCommit(first.slice(0, 10))).toBe(first)
    expect(await git.commitTime(first)).toBe('2026-03-01T12:00:00+01:00')
  })

  it('reads files byte for byte, and tells those that are not there', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 200])
    writeFileSync(join(repository.folder, 'bytes'), bytes)
    const commit = repository.commit('bytes', {})
    const git = await open()

    expect(Buffer.from((await git.readFileAt(commit, 'bytes'))!)).toEqual(bytes)
    expect(Buffer.from((await git.readFileAt(first, 'assay.yml'))!).toString()).toBe('model: m\n')
    expect(Buffer.from((await git.readFileAt(first, 'metrics/ä b.json'))!).toString()).toBe('{"auc": 0.9}')
    expect(await git.readFileAt(second, 'metrics/ä b.json')).toBeUndefined()
    expect(await git.readFileAt(first, 'assay.yml/x')).toBeUndefined()
  })

  it.each(['link.yml', 'outside.txt', 'metrics'])(
    'does not follow or open %s, which is no file',
    async path => {
      const git = await open()

      await expect(git.readFileAt(first, path)).rejects.toMatchObject({ code: 'GIT_PATH_INVALID' })
    },
  )

  it('lists the files of a commit', async () => {
    const git = await open()

    expect(await git.listFilesAt(first, 'metrics')).toEqual(['metrics/ä b.json'])
    expect(await git.listFilesAt(first, 'metr')).toEqual([])
    expect(await git.listFilesAt(second, '')).toContain('metrics/c.json')
  })

  it('lists what changed, a renamed file under both names', async () => {
    const git = await open()

    expect(await git.changedFiles(first, second)).toEqual(['assay.yml', 'metrics/c.json', 'metrics/ä b.json'])
    expect(await git.changedFiles(second, second)).toEqual([])
  })

  it('knows whether tracked files were touched', async () => {
    const git = await open()

    writeFileSync(join(repository.folder, 'new.txt'), 'untracked')
    const untracked = await git.isDirty()
    writeFileSync(join(repository.folder, 'assay.yml'), 'model: x\n')

    expect([untracked, await git.isDirty()]).toEqual([false, true])
  })

  it('works in a folder of a repository, with paths as seen from there', async () => {
    const commit = repository.commit('nested', { 'models/a/assay.yml': 'a', 'models/b/assay.yml': 'b' })
    const git = (await openRepository(join(repository.folder, 'models/a'), { env: gitEnvironment() }))!

    expect(Buffer.from((await git.readFileAt(commit, 'assay.yml'))!).toString()).toBe('a')
    expect(await git.listFilesAt(commit, '')).toEqual(['assay.yml'])
    expect(await git.changedFiles(second, commit)).toEqual(['assay.yml'])
    expect(await git.withWorktree(commit, async copy => readFileSync(join(copy, 'assay.yml'), 'utf8'))).toBe(
      'a',
    )
  })

  it.each([
    ['https://user:ghs_CANARY@example.com/o/r.git', 'https://example.com/o/r.git'],
    ['https://CANARY@example.com/o/r.git', 'https://example.com/o/r.git'],
    ['https://a:b@c@example.com/o/r', 'https://example.com/o/r'],
    ['https://example.com/o/@scope', 'https://example.com/o/@scope'],
    ['ssh://git@example.com:22/o/r', 'ssh://example.com:22/o/r'],
    ['git@example.com:o/r.git', 'git@example.com:o/r.git'],
  ])('SE-001: the remote %s is shown as %s', async (url, shown) => {
    repository.git('remote', 'add', 'origin', url)

    expect(await (await open()).remoteUrl()).toBe(shown)
  })

  it('has no remote where there is none', async () => {
    expect(await (await open()).remoteUrl()).toBeUndefined()
  })
})

describe('hostile names', () => {
  const revisions = [
    '--upload-pack=touch x',
    '-x',
    'a..b',
    'main\n',
    '--output=x',
    ':main',
    '+main:main',
    'HEAD:assay.yml',
  ]

  it.each(revisions)('GT-004: refuses %j as a commit, and does nothing', async revision => {
    const git = await open()
    const before = readdirSync(repository.folder)

    await expect(git.resolveCommit(revision)).rejects.toMatchObject({ code: 'GIT_REF_INVALID' })
    await expect(git.readFileAt(revision, 'assay.yml')).rejects.toMatchObject({ code: 'GIT_REF_INVALID' })
    await expect(git.changedFiles(revision, second)).rejects.toMatchObject({ code: 'GIT_REF_INVALID' })
    await expect(git.commitTime(revision)).rejects.toMatchObject({ code: 'GIT_REF_INVALID' })
    await expect(git.withWorktree(revision, async () => 1)).rejects.toMatchObject({ code: 'GIT_REF_INVALID' })
    expect(readdirSync(repository.folder)).toEqual(before)
  })

  it.each(['../x', '/etc/passwd', 'a/../../b', '', 'a\0b'])('refuses the path %j', async path => {
    await expect((await open()).readFileAt(first, path)).rejects.toMatchObject({ code: 'GIT_PATH_INVALID' })
  })

  it.each([':(glob)**', ':/assay.yml', '*', '-x', '--name-only'])(
    'takes the path %j for a name only',
    async path => {
      expect(await (await open()).readFileAt(first, path)).toBeUndefined()
    },
  )

  it('says that a commit is not there', async () => {
    const git = await open()

    await expect(git.resolveCommit('no-such-branch')).rejects.toMatchObject({ code: 'GIT_COMMIT_NOT_FOUND' })
    await expect(git.resolveCommit('a'.repeat(40))).rejects.toMatchObject({ code: 'GIT_COMMIT_NOT_FOUND' })
  })
})

describe('withWorktree', () => {
  it('gives a clean copy of a commit and removes it', async () => {
    const git = await open()
    writeFileSync(join(repository.folder, 'assay.yml'), 'touched')
    writeFileSync(join(repository.folder, 'untracked'), '')

    const seen = await git.withWorktree(first, async copy => {
      const files = readdirSync(copy).sort()
      writeFileSync(join(copy, 'new'), 'made there')
      return { copy, files, text: readFileSync(join(copy, 'assay.yml'), 'utf8') }
    })

    expect(seen.text).toBe('model: m\n')
    expect(seen.files).toEqual(['.git', 'assay.yml', 'data', 'link.yml', 'metrics'])
    expect(existsSync(seen.copy)).toBe(false)
    expect(readFileSync(join(repository.folder, 'assay.yml'), 'utf8')).toBe('touched')
  })

  it('leaves links that lead out of the copy away and keeps those inside', async () => {
    const git = await open()

    const seen = await git.withWorktree(first, async copy => ({
      outside: existsSync(join(copy, 'outside.txt')),
      inside: readFileSync(join(copy, 'data/inside.txt'), 'utf8'),
    }))

    expect(seen).toEqual({ outside: false, inside: 'model: m\n' })
  })

  it('removes the copy when its user fails, and when the commit is not there', async () => {
    const git = await open()
    let copy = ''
    const before = leftovers()

    const failing = git.withWorktree(first, async folder => {
      copy = folder
      throw new Error('evaluation failed')
    })

    await expect(failing).rejects.toThrow('evaluation failed')
    await expect(git.withWorktree('a'.repeat(40), async () => 1)).rejects.toMatchObject({
      code: 'GIT_FAILED',
    })
    expect(existsSync(copy)).toBe(false)
    expect(leftovers().filter(name => !before.includes(name))).toEqual([])
  })

  it('gives many at the same time, to this process and to others, while the clone is fetched into', async () => {
    const upstream = cloneRepository(repository.url, join(work.folder, 'upstream'))
    repository.git('remote', 'add', 'origin', upstream.url)
    const texts = async () => {
      const git = await open()
      const read = (commit: string) =>
        git.withWorktree(commit, async copy => readFileSync(join(copy, 'assay.yml'), 'utf8'))
      const fetched = execGit('git', ['fetch', '--quiet', 'origin'], { cwd: repository.folder })
      return (await Promise.all([read(first), read(second), read(first), fetched])).slice(0, 3)
    }

    const all = await Promise.all(Array.from({ length: 4 }, texts))

    expect(all).toEqual(Array(4).fill(['model: m\n', 'model: n\n', 'model: m\n']))
  })

  it('writes nothing into the repository', async () => {
    const git = await open()
    const before = filesBelow(repository.folder)

    const during = await git.withWorktree(first, async () => filesBelow(repository.folder))

    expect(during).toEqual(before)
    expect(filesBelow(repository.folder)).toEqual(before)
  })

  it('gives a working tree to git: the commit, a clean state, the history', async () => {
    const git = await open()

    const seen = await git.withWorktree(second, async folder => {
      rmSync(join(folder, 'assay.yml'))
      const copy = openTestRepository(folder)
      const changed = copy.git('status', '--porcelain', '--untracked-files=no')
      return { changed, head: copy.git('rev-parse', 'HEAD'), log: copy.git('log', '--format=%s') }
    })

    expect(seen).toEqual({ changed: 'D assay.yml\n D outside.txt', head: second, log: 'second\nfirst' })
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  it.each([true, false])('keeps a sparse checkout sparse (settings of the working tree: %s)', async own => {
    const commit = repository.commit('large', { 'large/data.csv': '1', 'models/a.yml': 'a' })
    repository.git('sparse-checkout', 'set', 'models')
    if (!own) {
      repository.git('config', 'core.sparseCheckout', 'true')
      repository.git('config', 'core.sparseCheckoutCone', 'true')
      repository.git('config', '--unset', 'extensions.worktreeConfig')
      rmSync(join(repository.folder, '.git/config.worktree'))
    }
    const git = await open()

    const files = await git.withWorktree(commit, async copy => readdirSync(copy).sort())

    expect(files).toEqual(['.git', 'assay.yml', 'link.yml', 'models'])
  })

  it('works from a working tree that git made, and from a folder in it', async () => {
    const commit = repository.commit('nested', { 'models/a/assay.yml': 'a' })
    repository.git('worktree', 'add', '--quiet', '--detach', join(work.folder, 'tree'), commit)
    const git = (await openRepository(join(work.folder, 'tree/models/a'), { env: gitEnvironment() }))!

    const text = await git.withWorktree(commit, async copy => readFileSync(join(copy, 'assay.yml'), 'utf8'))

    expect(text).toBe('a')
  })

  it('GT-008: runs no hook and no monitor that the repository brings', async () => {
    const trace = join(work.folder, 'ran')
    const hook = `#!/bin/sh\ntouch '${trace}'\n`
    for (const name of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc'])
      writeFileSync(join(repository.folder, '.git/hooks', name), hook, { mode: 0o755 })
    writeFileSync(join(work.folder, 'monitor'), hook, { mode: 0o755 })
    repository.git('config', 'core.fsmonitor', join(work.folder, 'monitor'))

    const git = await open()
    await git.isDirty()
    await git.changedFiles(first, second)
    await git.withWorktree(first, async () => 1)

    expect(existsSync(trace)).toBe(false)
  })
})

const execGit = promisify(execFile)

/** Every file of a repository, git's own included. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort()
}

async function open(): Promise<Repository> {
  return (await openRepository(repository.folder, { env: gitEnvironment() }))!
}

/** Copies that lie about; others' tests may make and remove theirs meanwhile, so only those of this repository count. */
function leftovers(): string[] {
  return readdirSync(tmpdir())
    .filter(name => /^assay-\w{6}$/.test(name))
    .filter(name => {
      const file = join(tmpdir(), name, '.git/objects/info/alternates')
      return existsSync(file) && readFileSync(file, 'utf8').includes(basename(work.folder))
    })
}
