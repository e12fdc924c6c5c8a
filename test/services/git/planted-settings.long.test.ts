import { execFile } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRepository } from '../../../src/services/git/git.ts'
import {
  overridesOf,
  parseSettings,
  type Setting,
  settingsForCopy,
} from '../../../src/services/git/settings.ts'
import {
  createRepository,
  gitEnvironment,
  type TestRepository,
  testFolder,
} from '../../support/git-repository.ts'
import { type GitServer, startGitServer } from '../../support/git-server.ts'
import { cases } from '../../support/rounds.ts'

/** What code that runs beside a repository can leave in it for the next call of git. */

const execGit = promisify(execFile)
const work = testFolder()
const trace = join(work.folder, 'ran')
const program = join(work.folder, 'program')
const CANARIES = {
  INPUT_TOKEN: 'CANARY-input',
  ASSAY_TOKEN: 'CANARY-token',
  ASSAY_DEPLOY_TOKEN: 'CANARY-deploy',
  ARGOCD_AUTH_TOKEN: 'CANARY-argo',
  ACTIONS_RUNTIME_TOKEN: 'CANARY-runtime',
  GITHUB_TOKEN: 'CANARY-of-the-job',
}
let server: GitServer
let repository: TestRepository
let base = ''
let head = ''
let count = 0

beforeAll(async () => {
  // A filter passes its input on: where it runs nothing else looks wrong.
  writeFileSync(program, `#!/bin/sh\nenv >> '${trace}'\ntimeout 1 cat\n`, { mode: 0o755 })
  const served = join(work.folder, 'served')
  mkdirSync(served)
  createRepository(join(served, 'origin.git')).commit('other', { x: '1' })
  server = await startGitServer(served, { token: 'of-the-server' })
})
afterAll(async () => {
  await server.close()
  work.remove()
})
beforeEach(() => {
  repository = createRepository(join(work.folder, `repository-${++count}`))
  base = repository.commit('base', { 'assay.yml': 'model: m\n', 'data.csv': 'a\n' })
  head = repository.commit('head', { 'assay.yml': 'model: n\n' })
})
afterEach(() => rmSync(trace, { force: true }))

/** All that Assay asks git in a repository. */
async function everything(url: string): Promise<string> {
  repository.git('config', 'remote.origin.url', url)
  const env = { ...gitEnvironment(), ...CANARIES }
  const git = (await openRepository(repository.folder, { env }))!
  appendFileSync(join(repository.folder, 'data.csv'), 'b\n')
  await git.isDirty()
  await git.uncommitted(['assay.yml', 'x.py'])
  await git.changedFiles(base, head)
  await git.commitTime(head)
  await git.describeCommit(head)
  await git.lastChange(head, 'assay.yml')
  await git.listFilesAt(head, '')
  await git.baseCommit({ baseRef: 'nowhere' })
  await git.resolveCommit('b'.repeat(40)).catch(() => {})
  return git.withWorktree(base, async copy => readFileSync(join(copy, 'assay.yml'), 'utf8'))
}

const ATTRIBUTES = '* filter=x diff=x merge=x\n'

/** Ends of names under which git's settings hold programs. */
const NAMES_PROGRAM =
  /(?:command|cmd|program|helper|driver|textconv|external|pager|editor|hook|fsmonitor|tool|browser|viewer|gitproxy|askpass|vcs|uploadpack|receivepack|clean|smudge|process|difffilter|tunnel|exec|sendmail|smtpserver|sshcommand)$/i
/** What ends so and is true or false. */
const SAYS_WHETHER = /^(?:advice|color|column)\.|cachetextconv$|failedexec$/i
/** A part of a name that anybody chooses. */
const CHOSEN = /<[^>]*>|\*|%\([^)]*\)/g

/** Each setting of this git that may hold a program, and those that only newer git has or that no list has. */
function programSettings(): [string, string][] {
  const listed = repository
    .git('help', '--config')
    .split('\n')
    .filter(name => NAMES_PROGRAM.test(name) && !SAYS_WHETHER.test(name))
    .map((name): [string, string] => [name.replace(CHOSEN, 'x'), program])
  const commands = [
    'status',
    'diff',
    'log',
    'show',
    'ls-tree',
    'ls-files',
    'rev-parse',
    'cat-file',
    'fetch',
    'config',
  ]
  return [
    ...listed,
    ...commands.flatMap((name): [string, string][] => [
      [`pager.${name}`, program],
      [`alias.${name}`, `!${program}`],
    ]),
    ['alias.x.command', `!${program}`],
    ['filter.x.process', program],
    ['filter.x.required', 'true'],
    ['hook.x.command', program],
    ...['reference-transaction', 'post-index-change', 'post-checkout'].map((event): [string, string] => [
      'hook.x.event',
      event,
    ]),
    ['gc.recentObjectsHook', program],
    ['gpg.ssh.defaultKeyCommand', program],
    ['submodule.x.update', `!${program}`],
    ['credential.http://127.0.0.1.helper', program],
    ['log.showSignature', 'true'],
    ['push.gpgSign', 'true'],
    ['commit.gpgSign', 'true'],
    ['protocol.allow', 'always'],
    ['lfs.extension.x.clean', program],
    ['lfs.customtransfer.x.path', program],
    ['lfs.standalonetransferagent', 'x'],
    ['remote.origin.receivepack', program],
    ['remote.origin.uploadpack', program],
    ['remote.origin.uploadpack', 'git-upload-pack'],
  ]
}

describe('git in a repository that a training wrote to', () => {
  it.each<[string, Record<string, string>, string[] | undefined]>([
    ['filter.x.smudge', { 'filter.x.smudge': program }, ['checkout', '--force', 'HEAD~1', '--', '.']],
    ['filter.x.clean', { 'filter.x.clean': program }, ['add', '.']],
    ['core.fsmonitor', { 'core.fsmonitor': program }, ['status']],
    ['core.hooksPath', { 'core.hooksPath': join(work.folder, 'hooks') }, ['checkout', '--detach', 'HEAD~1']],
    ['diff.external', { 'diff.external': program, 'diff.x.textconv': program }, ['diff', 'HEAD~1']],
    ['diff.x.command', { 'diff.x.command': program, 'merge.x.driver': program }, ['diff', 'HEAD~1']],
    ['credential.helper', { 'credential.helper': program }, ['ls-remote', 'origin']],
    [
      'all others',
      {
        'filter.x.process': program,
        'filter.x.required': 'true',
        'filter.y = z.clean': program,
        'gpg.program': program,
        'log.showSignature': 'true',
        'core.pager': program,
        'pager.show': program,
        'color.ui': 'always',
        'core.editor': program,
        'core.askPass': program,
        'credential.http://127.0.0.1.helper': program,
        'core.gitProxy': program,
        'alias.status': `!${program}`,
        'core.alternateRefsCommand': program,
        'lfs.customtransfer.x.path': program,
        'lfs.standalonetransferagent': 'x',
      },
      undefined,
    ],
  ])('starts no program for %s', async (_, settings, control) => {
    mkdirSync(join(work.folder, 'hooks'), { recursive: true })
    writeFileSync(join(work.folder, 'hooks/post-checkout'), readFileSync(program), { mode: 0o755 })
    mkdirSync(join(repository.folder, '.git/info'), { recursive: true })
    writeFileSync(join(repository.folder, '.git/info/attributes'), ATTRIBUTES)
    for (const [key, value] of Object.entries(settings)) repository.git('config', key, value)

    expect(await everything(server.url('origin.git'))).toBe('model: m\n')

    expect(existsSync(trace)).toBe(false)
    // The same settings do start it where nothing is done against it.
    if (!control) return
    // What it is asked fails without an answer; only that it was started counts. The server is in this process.
    const env = { ...gitEnvironment(), GIT_TERMINAL_PROMPT: '0' }
    const running = execGit('git', control, { cwd: repository.folder, env, timeout: 20_000 })
    running.child.stdin?.end()
    await running.catch(() => {})
    expect(existsSync(trace)).toBe(true)
  })

  it.each<[string, Record<string, string>, () => string]>([
    ['core.sshCommand', { 'core.sshCommand': program }, () => 'ssh://127.0.0.1:9/origin.git'],
    ['core.gitProxy', { 'core.gitProxy': program }, () => 'git://127.0.0.1:9/origin.git'],
    [
      'remote.origin.uploadpack',
      { 'remote.origin.uploadpack': program },
      () => `file://${work.folder}/served/origin.git`,
    ],
    ['remote.origin.vcs', { 'remote.origin.vcs': 'ext' }, () => `ext::${program}`],
    [
      'the protocol ext',
      { 'protocol.ext.allow': 'always', 'protocol.allow': 'always' },
      () => `ext::${program}`,
    ],
    [
      'an address in place of another',
      { [`url.ext::${program} .insteadOf`]: 'https://forge.invalid/', 'protocol.ext.allow': 'always' },
      () => 'https://forge.invalid/x',
    ],
  ])('starts no program for %s, on the way to a server', async (_, settings, url) => {
    for (const [key, value] of Object.entries(settings)) repository.git('config', key, value)

    expect(await everything(url())).toBe('model: m\n')

    expect(existsSync(trace)).toBe(false)
  })

  it('starts none of all programs that settings of git can name, on whatever way to a server', async () => {
    mkdirSync(join(repository.folder, '.git/info'), { recursive: true })
    writeFileSync(join(repository.folder, '.git/info/attributes'), ATTRIBUTES)
    repository.git('config', 'remote.origin.url', 'x')
    const planted = programSettings()
    const text = planted.map(([key, value]) => {
      const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
      const middle = first === last ? '' : ` ${JSON.stringify(key.slice(first + 1, last))}`
      return `[${key.slice(0, first)}${middle}]\n\t${key.slice(last + 1)} = ${JSON.stringify(value)}\n`
    })
    appendFileSync(join(repository.folder, '.git/config'), text.join(''))

    for (const url of [
      server.url('origin.git'),
      `file://${work.folder}/served/origin.git`,
      'ssh://127.0.0.1:9/origin.git',
      'git://127.0.0.1:9/origin.git',
      `ext::${program}`,
    ])
      expect(await everything(url), url).toBe('model: m\n')

    expect(existsSync(trace) ? readFileSync(trace, 'utf8') : '').toBe('')
    const names = planted.map(([key]) => key.toLowerCase())
    for (const name of [
      'core.sshcommand',
      'core.gitproxy',
      'core.fsmonitor',
      'filter.x.clean',
      'diff.x.textconv',
    ])
      expect(names).toContain(name)
  })

  it('nor for settings in a file that the settings include, on whatever condition', async () => {
    const more = join(repository.folder, '.git/more')
    writeFileSync(more, `[filter "x"]\n\tsmudge = ${program}\n\tclean = ${program}\n`)
    writeFileSync(join(repository.folder, '.git/info/attributes'), ATTRIBUTES)
    repository.git('config', 'include.path', 'more')
    repository.git('config', 'includeIf.gitdir:/**.path', more)
    repository.git('config', 'includeIf.onbranch:**.path', more)

    expect(await everything(server.url('origin.git'))).toBe('model: m\n')

    expect(existsSync(trace)).toBe(false)
  })

  it('nor for settings of the working tree', async () => {
    repository.git('config', 'extensions.worktreeConfig', 'true')
    repository.git('config', '--worktree', 'filter.x.clean', program)
    writeFileSync(join(repository.folder, '.git/info/attributes'), ATTRIBUTES)

    await everything(server.url('origin.git'))

    expect(existsSync(trace)).toBe(false)
  })

  it('a copy of the base holds the bytes of the base: no attribute, replacement or graft changes them', async () => {
    repository.git('config', 'core.attributesFile', join(repository.folder, 'mine'))
    writeFileSync(join(repository.folder, 'mine'), '* text eol=crlf\n')
    writeFileSync(
      join(repository.folder, '.git/info/attributes'),
      '* text eol=crlf working-tree-encoding=UTF-16\n',
    )
    repository.git('replace', base, head)
    writeFileSync(join(repository.folder, '.git/info/grafts'), `${head}\n`)

    expect(await everything(server.url('origin.git'))).toBe('model: m\n')
    const git = (await openRepository(repository.folder, { env: gitEnvironment() }))!
    expect(await git.baseCommit({ baseSha: base, headSha: head })).toEqual({ commit: base })
  })

  it("the machine's own filter runs, as Git LFS does, and sees no secret of Assay or the job", async () => {
    writeFileSync(join(repository.folder, '.gitattributes'), '*.csv filter=lfs\n')
    const commit = repository.commit('with attributes', {})
    const git = (await openRepository(repository.folder, {
      env: {
        ...gitEnvironment(),
        ...CANARIES,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'filter.lfs.smudge',
        GIT_CONFIG_VALUE_0: program,
      },
    }))!
    repository.git('config', 'filter.lfs.smudge', 'false')

    await git.withWorktree(commit, async () => 1)

    expect(readFileSync(trace, 'utf8')).toContain('PATH=')
    expect(readFileSync(trace, 'utf8')).not.toContain('CANARY')
  })
})

describe('settings', () => {
  it('that git lfs install --local wrote stay, others of that name do not', () => {
    const lfs = (value: string): Setting[] => [{ scope: 'local', key: 'filter.lfs.smudge', value }]

    expect(overridesOf(lfs('git-lfs smudge -- %f'))).toEqual([])
    expect(overridesOf(lfs('git-lfs smudge -- %f; id'))).toEqual([['filter.lfs.smudge', '']])
    expect(settingsForCopy(lfs('git-lfs smudge -- %f'), '/lfs')).toContain('smudge = "git-lfs smudge -- %f"')
    expect(settingsForCopy(lfs('id'), '/lfs')).not.toContain('smudge')
  })

  it('of helpers: those of the repository are forgotten, those of the machine come again', () => {
    const helpers: Setting[] = [
      { scope: 'global', key: 'credential.helper', value: 'store' },
      { scope: 'local', key: 'credential.https://git.example.helper', value: '!evil' },
    ]

    expect(overridesOf(helpers)).toEqual([
      ['credential.https://git.example.helper', ''],
      ['credential.helper', ''],
      ['credential.helper', 'store'],
    ])
  })

  it('are written so that git reads the same again', () => {
    const text = fc.string({ unit: 'grapheme' }).filter(value => !/[\0\r]/.test(value))
    const name = fc.string({ minLength: 1 }).filter(value => !/[\0\n\r]/.test(value))
    fc.assert(
      fc.property(name, text, (middle, value) => {
        const settings = [{ scope: 'local', key: `remote.${middle}.url`, value }]
        const file = join(work.folder, 'settings')
        writeFileSync(file, settingsForCopy(settings, '/lfs'))
        const listed = repository.git('config', '--file', file, '--list', '--null').split('\0')
        expect(listed[0]).toBe(`remote.${middle}.url\n${value}`)
      }),
      cases(20),
    )
    expect(parseSettings('local\0a.b\nc\nd\0global\0e.f\0')).toEqual([
      { scope: 'local', key: 'a.b', value: 'c\nd' },
      { scope: 'global', key: 'e.f' },
    ])
  })
})
