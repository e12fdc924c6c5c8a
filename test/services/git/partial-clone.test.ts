import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDeployClone } from '../../../src/services/git/deploy-clone.ts'
import { openRepository } from '../../../src/services/git/git.ts'
import { fetchPrograms } from '../../../src/services/git/settings.ts'
import {
  cloneRepository,
  createRepository,
  gitEnvironment,
  openTestRepository,
  testFolder,
} from '../../support/git-repository.ts'

/** A clone that lacks files (`filter: blob:none` of actions/checkout) works; what its own settings name fetches nothing. */

const work = testFolder()
const [ran, program] = [join(work.folder, 'ran'), join(work.folder, 'program')]
const template = join(work.folder, 'template')
let [base, head, later, url] = ['', '', '', '']

beforeAll(() => {
  writeFileSync(program, `#!/bin/sh\necho >> '${ran}'\nexit 1\n`, { mode: 0o755 })
  const served = createRepository(join(work.folder, 'served'))
  base = served.commit('base', { 'model/data.csv': 'a\n', 'assay.yml': 'model: m\n' })
  head = served.commit('head', { 'model/data.csv': 'b\n' })
  url = served.url
  cloneRepository(url, template, '--filter=blob:none')
  later = served.commit('later', { 'model/data.csv': 'c\n' })
})
afterAll(() => work.remove())

let count = 0
async function copied(env: Record<string, string | undefined> = gitEnvironment()) {
  const folder = join(work.folder, `clone-${++count}`)
  cpSync(template, folder, { recursive: true })
  rmSync(ran, { force: true })
  return { folder, git: (await openRepository(folder, { env, silenceMs: 4_000 }))! }
}

describe('a partial clone', () => {
  it.each(['blob:none', 'tree:0'])('works: %s', async filter => {
    const folder = join(work.folder, `filtered-${++count}`)
    cloneRepository(url, folder, `--filter=${filter}`, '--no-checkout')
    openTestRepository(folder).git('checkout', '--quiet', head)
    const git = (await openRepository(folder, { env: gitEnvironment() }))!

    expect(await git.listFilesAt(base, '')).toEqual(['assay.yml', 'model/data.csv'])
    expect(await git.changedFiles(base, head)).toEqual(['model/data.csv'])
    expect(await git.lastChange(head, 'model')).toMatch(/^2026-03-01/)
    const read = await git.withWorktree(base, async copy =>
      readFileSync(join(copy, 'model/data.csv'), 'utf8'),
    )
    expect(read).toBe('a\n')
    expect(Buffer.from((await git.readFileAt(base, 'model/data.csv'))!).toString()).toBe('a\n')
    expect(await git.uncommitted([])).toEqual([])
    expect(await git.resolveCommit(later)).toBe(later)
    expect(await git.baseCommit({ baseSha: later })).toEqual({ commit: head })
    const versions = await openDeployClone(folder, gitEnvironment()).fileHistory(['model/data.csv'], 9)
    expect(versions.get('model/data.csv')!.map(({ text }) => text)).toEqual(['b\n', 'a\n'])
  })
})

describe('the program that a partial clone names to fetch with', () => {
  const PROGRAM = () => `\tuploadpack = ${program}\n`
  const PARTIAL = /^\t(promisor|partialclonefilter) = .*\n/gm
  const rewritten = (folder: string, change: (text: string) => string) => {
    const file = join(folder, '.git/config')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  const withProgram = (text: string) => text.replace('[remote "origin"]\n', head => head + PROGRAM())

  const PLANTED: [string, (folder: string) => void][] = [
    ['once', folder => rewritten(folder, withProgram)],
    [
      'and another after it',
      folder => {
        rewritten(folder, withProgram)
        appendFileSync(join(folder, '.git/config'), '[remote "origin"]\n\tuploadpack = git-upload-pack\n')
      },
    ],
    [
      'where it is an extension alone that makes it one',
      folder =>
        rewritten(
          folder,
          text => `${withProgram(text).replace(PARTIAL, '')}[extensions]\n\tpartialClone = origin\n`,
        ),
    ],
    [
      'where it is a filter alone that makes it one',
      folder => rewritten(folder, text => withProgram(text).replace('\tpromisor = true\n', '')),
    ],
    [
      'for another remote',
      folder =>
        appendFileSync(
          join(folder, '.git/config'),
          `[remote "a.B"]\n\turl = ${url}\n\tpromisor\n${PROGRAM()}[extensions]\n\tpartialClone = a.B\n`,
        ),
    ],
    [
      'in a file that is included',
      folder => {
        writeFileSync(join(folder, '.git/more'), `[remote "origin"]\n${PROGRAM()}`)
        appendFileSync(join(folder, '.git/config'), '[includeIf "onbranch:**"]\n\tpath = more\n')
      },
    ],
  ]

  it.each(PLANTED)('is not started: %s', async (_, plant) => {
    const { folder, git } = await copied()
    plant(folder)

    // What is here is read, and a copy has settings of its own.
    expect(await git.changedFiles(base, head)).toEqual(['model/data.csv'])
    expect(await git.withWorktree(base, async copy => existsSync(join(copy, 'model/data.csv')))).toBe(true)
    // What is not here is told, with the reason.
    await expect(git.resolveCommit('b'.repeat(40))).rejects.toMatchObject({
      code: 'GIT_COMMIT_NOT_FOUND',
      problems: [
        { what: expect.stringMatching(/could not be fetched \(.*remote\.(origin|a\.B)\.uploadpack/) },
      ],
    })
    expect(await git.baseCommit({ baseSha: later })).toEqual({
      missing: expect.stringContaining('Assay does not start it'),
    })
    const read = git.readFileAt(base, 'model/data.csv')
    await expect(read).rejects.toMatchObject({
      code: 'GIT_FAILED',
      problems: expect.arrayContaining([
        expect.objectContaining({ fix: expect.stringMatching(/git config --unset-all 'remote\./) }),
      ]),
    })
    const history = openDeployClone(folder, gitEnvironment()).fileHistory(['model/data.csv'], 9)
    await expect(history).rejects.toMatchObject({ code: 'GIT_FAILED' })

    expect(existsSync(ran)).toBe(false)
    // The control: git alone does start it.
    const env = gitEnvironment()
    const lazy = () =>
      execFileSync('git', ['cat-file', '-e', 'b'.repeat(40)], { cwd: folder, env, stdio: 'ignore' })
    expect(lazy).toThrow()
    expect(existsSync(ran)).toBe(true)
  })

  it('is not started by a git that knows no GIT_NO_LAZY_FETCH either', async () => {
    const bin = join(work.folder, 'older')
    mkdirSync(bin)
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    writeFileSync(join(bin, 'git'), `#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec '${real}' "$@"\n`, {
      mode: 0o755,
    })
    const { folder, git } = await copied({
      ...gitEnvironment(),
      PATH: [bin, process.env.PATH].join(delimiter),
    })
    rewritten(folder, withProgram)

    await git.resolveCommit('b'.repeat(40)).catch(() => {})
    await git.baseCommit({ baseSha: later })
    await git.readFileAt(base, 'model/data.csv').catch(() => {})

    expect(existsSync(ran)).toBe(false)
  })

  it('counts where the machine names it, and in a whole clone nothing is fetched by it', () => {
    const named = { key: 'remote.origin.uploadpack', value: 'x' }
    const partial = { scope: 'local', key: 'remote.origin.promisor', value: 'true' }

    expect(fetchPrograms([{ scope: 'local', ...named }, partial])).toEqual(['remote.origin.uploadpack'])
    expect(fetchPrograms([{ scope: 'global', ...named }, partial])).toEqual([])
    expect(fetchPrograms([{ scope: 'local', ...named }])).toEqual([])
  })
})
