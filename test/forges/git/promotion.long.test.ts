import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderError } from '../../../src/core/text/error-text.ts'
import { ensureBranch, landBranch } from '../../../src/forges/ensure/branch.ts'
import { openPlainGit } from '../../../src/forges/git/deploy-repository.ts'
import { gitEnvironment } from '../../support/git-repository.ts'
import { type GitServer, startGitServer } from '../../support/git-server.ts'
import { rounds } from '../../support/rounds.ts'
import { useGitServer } from '../../support/use-git-server.ts'
import { CHURN, type DeployPlace, plainPlace } from '../deploy-places.ts'
import { branchOf, branchRequest, IMAGE, propose, proposed, RECORD, right } from '../promotion-job.ts'

const TOKEN = 'secret-0123456789-token'
const served = useGitServer()
const { folder, opened } = served
let guarded: GitServer

beforeAll(async () => {
  guarded = await startGitServer(folder, { token: TOKEN })
})
afterAll(() => guarded.close())

const begin = async (files = CHURN) => {
  const place = await plainPlace(served.server, folder, { files, opened })
  served.server.forget()
  return place
}

async function land(place: DeployPlace, version: number) {
  const repository = await place.connect()
  return landBranch(repository, branchRequest(repository, place, version))
}

describe('a promotion on plain git', () => {
  it('is one commit on a branch; the second time nothing is written', async () => {
    const place = await begin()

    const first = await propose(place, 2)
    const pushes = place.writes().length
    const second = await propose(place, 2)

    expect(first.action).toBe('created')
    expect(second).toEqual({ ...first, action: 'unchanged' })
    expect(await proposed(place)).toEqual(right(2))
    expect([pushes, place.writes().length]).toEqual([1, 1])
  })

  it('is updated for a newer release, made anew on a newer base, and gives way to no older one', async () => {
    const place = await begin()
    await propose(place, 2)

    const newer = await propose(place, 3)
    await place.push(place.base, { 'README.md': '# Changed\n' })
    const rebased = await propose(place, 3)
    const older = await propose(place, 2)

    expect([newer.action, rebased.action, older.action]).toEqual(['updated', 'updated', 'skipped_older'])
    expect(await proposed(place)).toEqual(right(3))
  })

  it('is left alone when a person pushed to it, also while it is written', async () => {
    const place = await begin()
    await propose(place, 2)
    let theirs = ''
    const push = place.push(branchOf(place), { 'by-hand.txt': 'x' }, { message: 'prepared' })
    const prepared = await push
    await (await place.connect()).moveBranch({ branch: branchOf(place), from: prepared, to: undefined })
    await propose(place, 2)
    served.server.forget()
    served.server.beforePush(() => {
      theirs = place.pushNow!(branchOf(place), prepared)
    })

    const raced = await propose(place, 3)
    const again = await propose(place, 3)

    expect(theirs).toBe(prepared)
    expect([raced.action, again.action]).toEqual(['left_alone', 'left_alone'])
    expect(await place.head(branchOf(place))).toBe(theirs)
  })

  it('is made anew on what is there where somebody was faster than the heads that were seen', async () => {
    const place = await begin()
    const repository = await place.connect()
    const [base, head] = (await repository.readBranches([place.base, branchOf(place)])).values()
    const request = branchRequest(repository, place, 3)
    let faster: string | undefined
    const edit: typeof request.edit = async seen => {
      faster ??= (await propose(place, 2)).action
      return request.edit(seen)
    }

    const made = await ensureBranch(repository, { ...request, edit }, { heads: { base: base!, head } })

    expect([faster, made.action]).toEqual(['created', 'updated'])
    expect(await proposed(place)).toEqual(right(3))
  })

  it('is made though a newer one was merged whose branch stayed behind', async () => {
    const place = await begin()
    const newer = await propose(place, 3)
    place.pushNow!(place.base, (await place.head(branchOf(place)))!)
    await place.push(place.base, { 'README.md': '# Changed\n' })

    const older = await propose(place, 2)

    expect([newer.action, older.action]).toEqual(['created', 'updated'])
    expect(await proposed(place)).toEqual(right(2))
  })

  it('lands on the base by a fast-forward, made anew where the base moved; the second time nothing is left to do', async () => {
    const place = await begin()
    await propose(place, 2)
    const other = await place.push('other', { 'README.md': '# Faster\n' }, { from: place.base })
    served.server.beforePush(() => void place.pushNow!(place.base, other))

    const landed = await land(place, 2)
    const branch = await place.head(branchOf(place))
    const again = await land(place, 2)

    const head = (await place.head(place.base))!
    expect(landed).toEqual({ action: 'landed', commit: head })
    expect(again.action).toBe('nothing_to_do')
    expect((await place.commit(head)).parents).toEqual([other])
    expect(await place.files(head)).toMatchObject({ 'README.md': '# Faster\n', [RECORD]: 'version: 2\n' })
    expect(branch).toBeUndefined()
  })

  it('CC-006: two environments in one file both land, each with its own line', async () => {
    const file = 'apps/churn/values.yaml'
    const place = await begin({ [file]: 'staging: 1 # s\nproduction: 1 # p\n' })
    const landLine = async (environment: string) => {
      const repository = await place.connect()
      return landBranch(repository, {
        branch: `assay/${environment}`,
        base: place.base,
        replaces: () => true,
        async edit(base) {
          const text = (await repository.readFiles(base.commit, [file])).get(file) ?? ''
          const content = text.replace(`${environment}: 1`, `${environment}: 2`)
          return { files: [{ path: file, content }], message: `Promote to ${environment}` }
        },
      })
    }

    const both = await Promise.all([landLine('staging'), landLine('production')])

    expect(both.map(({ action }) => action)).toEqual(['landed', 'landed'])
    const head = (await place.head(place.base))!
    expect(await place.files(head)).toEqual({ [file]: 'staging: 2 # s\nproduction: 2 # p\n' })
  })

  it('never mixes two candidates at once, and the newest wins', async () => {
    const place = await plainPlace(undefined, folder, { opened })
    const jobs = [await place.connect(), await place.connect()] as const
    for (let round = 0; round < rounds(4, 8, 20); round++) {
      const [older, newer] = [round * 2 + 2, round * 2 + 3]
      const versions = round % 2 === 0 ? [older, newer] : [newer, older]

      await Promise.all(versions.map((version, at) => propose(place, version, jobs[at])))

      expect(await proposed(place)).toEqual(right(newer))
    }
  })
})

describe('a promotion on plain git, killed', () => {
  it('is healed by the next run, wherever it was', async () => {
    const place = await begin()
    for (let round = 0; round < rounds(8, 12, 20); round++) {
      const version = round + 2
      // Of every four rounds one dies while it reads, three around the push: before, between question and answer, after.
      const push = { service: 'git-receive-pack' as const, after: round % 4 === 1 ? 0 : 1 }
      const at = round % 4 === 0 ? { after: round / 2 } : push
      served.server.fail({ kind: 'reset', takesEffect: round % 2 === 1, times: 1, ...at })
      if (round % 4 === 0) served.server.fail({ kind: 'reset' })

      // git itself tries again where a connection that was open already breaks: not every fault is seen.
      const killed = await propose(place, version).catch(() => undefined)
      served.server.forget()
      await propose(place, version)

      expect(await proposed(place)).toEqual(right(version))
      expect(await place.branches('assay')).toEqual([branchOf(place)])
      expect(place.writes().length).toBeLessThanOrEqual(killed ? 0 : 1)
    }
  })

  it.each(['reset', 'html', 500, 502, 429] as const)(
    'knows a push whose answer was lost (%s)',
    async kind => {
      const place = await begin()
      served.server.fail({ service: 'git-receive-pack', kind, takesEffect: true, after: 1, times: 1 })

      const outcome = await propose(place, 2)

      expect(outcome).toMatchObject({ action: 'created', commit: await place.head(branchOf(place)) })
      expect(await proposed(place)).toEqual(right(2))
    },
  )

  it.each(['reset', 'html', 500, 401, 403, 404, 301] as const)(
    'says what git said when it may not push (%s)',
    async kind => {
      const place = await begin()
      served.server.fail({ service: 'git-receive-pack', kind })

      await expect(propose(place, 2)).rejects.toMatchObject({ code: 'GIT_FAILED' })
      expect(await place.head(branchOf(place))).toBeUndefined()
    },
  )

  it('reads again once when the network fails for a moment', async () => {
    const place = await begin()
    served.server.fail({ kind: 'reset', times: 1 })

    expect((await propose(place, 2)).action).toBe('created')
  })

  it('GT-015: stops a git that hangs', async () => {
    const silent = createServer(() => {})
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const git = await openPlainGit({ url: `http://127.0.0.1:${port}/x.git`, env: {}, silenceMs: 3000 })
    opened.push(git)

    await expect(git.readBranches(['main'])).rejects.toMatchObject({
      code: 'GIT_FAILED',
      problems: [{ what: expect.stringContaining('was stopped') }],
    })
    silent.close()
  })
})

it('a history that is long in coming is waited for longer than a git that says nothing', async () => {
  const place = await begin()
  const slow = mkdtempSync(join(folder, 'slow-'))
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const script = `#!/bin/sh\ncase "$*" in *--depth=2147483647*) sleep 12;; esac\nexec '${real}' "$@"\n`
  writeFileSync(join(slow, 'git'), script, { mode: 0o755 })
  const env = { ...gitEnvironment(), PATH: `${slow}:${process.env.PATH}` }
  const url = `file://${join(folder, place.repository!)}`
  const git = await openPlainGit({ url, env, silenceMs: 10_000 })
  opened.push(git)

  const [base] = (await git.readBranches([place.base])).values()
  const [history] = (await git.fileHistory(base!.commit, [IMAGE], 10)).values()

  expect(history).toHaveLength(1)
})

describe('plain git keeps to itself', () => {
  it('gives the token to the server as a header, and to no argument, file or error', async () => {
    const place = await plainPlace(guarded, folder, { opened, token: TOKEN })
    await propose(place, 2)
    const files = readdirSync(tmpdir())
      .filter(name => name.startsWith('assay-deploy-'))
      .flatMap(name => readdirSync(join(tmpdir(), name), { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    guarded.fail({ kind: 500 })
    const error = await propose(place, 3).catch((thrown: unknown) => thrown)
    guarded.forget()

    expect(await proposed(place)).toEqual(right(2))
    const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString('base64')
    for (const secret of [TOKEN, encoded]) {
      expect(files.filter(text => text.includes(secret))).toEqual([])
      expect(
        renderError(error as never) + inspect(error, { depth: 9 }) + JSON.stringify(error),
      ).not.toContain(secret)
    }
  })

  it('says that a token is wrong, without asking a person for another', async () => {
    const git = await openPlainGit({
      url: guarded.url('deploy-1.git'),
      env: gitEnvironment(),
      token: 'wrong-0123456789',
    })
    opened.push(git)

    await expect(git.readBranches(['main'])).rejects.toMatchObject({ code: 'GIT_FAILED' })
  })

  it('follows no redirect with the token', async () => {
    const place = await plainPlace(guarded, folder, { opened, token: TOKEN })
    guarded.forget()
    guarded.fail({ kind: 301 })

    await expect(propose(place, 2)).rejects.toMatchObject({ code: 'GIT_FAILED' })
    guarded.forget()
  })

  it.each([
    'ext::sh -c touch% x',
    '--upload-pack=touch x',
    'https://user:secret@example.com/x.git',
    'https://token@example.com/x.git',
    'ftp://example.com/x.git',
    'https://example.com/x.git?token=1',
    'https://example.com/\nx.git',
    'relative/path',
  ])('is pointed at no %j', async url => {
    await expect(openPlainGit({ url, env: {} })).rejects.toMatchObject({ code: 'GIT_REMOTE_INVALID' })
  })

  it.each(['http://example.com/x.git', 'ssh://git@example.com/x.git', '/srv/x.git'])(
    'sends a token to no %s',
    async url => {
      await expect(openPlainGit({ url, env: {}, token: TOKEN })).rejects.toMatchObject({
        code: 'GIT_REMOTE_INVALID',
      })
    },
  )

  it('GT-008: runs no hook of a template or of the settings of the machine, and no filter of the repository', async () => {
    const place = await begin({ ...CHURN, '.gitattributes': '* filter=evil diff=evil merge=evil\n' })
    const template = join(folder, 'template')
    const witness = join(folder, 'witness')
    mkdirSync(join(template, 'hooks'), { recursive: true })
    for (const hook of ['pre-push', 'reference-transaction', 'post-index-change', 'pre-commit'])
      writeFileSync(join(template, 'hooks', hook), `#!/bin/sh\ntouch ${witness}\n`, { mode: 0o755 })
    const config = join(folder, 'gitconfig')
    const lines = ['[init]', `\ttemplateDir = ${template}`, '[core]', `\thooksPath = ${template}/hooks`]
    const filter = ['[filter "evil"]', `\tclean = touch ${witness}`, `\tsmudge = touch ${witness}`]
    writeFileSync(config, [...lines, ...filter, ''].join('\n'))
    const url = served.server.url(place.repository!)
    const git = await openPlainGit({ url, env: { ...process.env, GIT_CONFIG_GLOBAL: config } })
    opened.push(git)
    const [base] = (await git.readBranches([place.base])).values()

    const files = [{ path: RECORD, content: 'version: 2\n' }]
    const change = { branch: 'x', expected: undefined, parent: base!.commit, files, message: 'x' }
    const outcome = await git.commitFiles(change)

    expect(outcome.kind).toBe('committed')
    expect(existsSync(witness)).toBe(false)
  })

  it('works for repositories with SHA-256 ids', async () => {
    const place = await plainPlace(served.server, folder, { opened, format: 'sha256' })

    const made = await propose(place, 2)

    expect(made).toMatchObject({ action: 'created', commit: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await proposed(place)).toEqual(right(2))
    expect((await propose(place, 2)).action).toBe('unchanged')
  })

  it('works on a bare repository in a folder, and leaves nothing behind', async () => {
    const place = await begin()
    const git = await openPlainGit({
      url: `file://${join(folder, place.repository!)}`,
      env: gitEnvironment(),
    })
    const before = readdirSync(tmpdir()).filter(name => name.startsWith('assay-deploy-')).length
    const [base] = (await git.readBranches([place.base])).values()

    const [text] = (await git.readFiles(base!.commit, [IMAGE])).values()
    await git.close()

    expect(text).toBe(CHURN[IMAGE])
    expect(readdirSync(tmpdir()).filter(name => name.startsWith('assay-deploy-')).length).toBe(before - 1)
    rmSync(join(folder, 'template'), { recursive: true, force: true })
  })
})
