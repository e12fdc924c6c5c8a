import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { useGitServer } from '../../support/use-git-server.ts'
import { plainPlace } from '../deploy-places.ts'
import { propose, proposed, right } from '../promotion-job.ts'

const served = useGitServer()

/** A deploy repository whose server runs a hook, and counts how often. */
async function behind(hook: 'pre-receive' | 'update' | 'reference-transaction', script: string) {
  const place = await plainPlace(served.server, served.folder, { opened: served.opened })
  const bare = join(served.folder, place.repository!)
  const calls = join(bare, 'calls')
  const path = join(bare, 'hooks', hook)
  writeFileSync(path, `#!/bin/sh\necho x >>'${calls}'\n${script}\n`)
  chmodSync(path, 0o755)
  return { place, bare, calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').length / 2 : 0) }
}

const say = (...lines: string[]) => `${lines.map(line => `printf '%b\\n' "${line}" >&2`).join('\n')}\nexit 1`

async function refusal(place: Parameters<typeof propose>[0]): Promise<AssayError> {
  return (await propose(place, 2).catch((error: unknown) => error)) as AssayError
}

describe('a push that the server refuses', () => {
  it.each([
    [
      'a protected branch',
      [
        'error: GH006: Protected branch update failed for refs/heads/main.',
        'error: Changes must be made through a pull request.',
      ],
      'GH006: Protected branch update failed for refs/heads/main. error: Changes must be made through a pull request.',
      /branch is protected/,
    ],
    [
      'a rule of the repository',
      [
        'error: GH013: Repository rule violations found for refs/heads/main.',
        '- Required status check \\"build\\" is expected.',
      ],
      'GH013: Repository rule violations found',
      /rule of the repository/,
    ],
    [
      'what looks like a secret',
      ['error: GH013: Repository rule violations found', '- Push cannot contain secrets'],
      'Push cannot contain secrets',
      /revoke it/,
    ],
    [
      'a protected branch of another forge',
      ['GitLab: You are not allowed to push code to protected branches on this project.'],
      'You are not allowed to push code to protected branches',
      /branch is protected/,
    ],
    [
      "the owner's own rule",
      ['deploys are frozen until Monday, ask #platform'],
      'deploys are frozen until Monday, ask #platform (pre-receive hook declined)',
      /hook of the server/,
    ],
  ])(
    'because of %s: says so in its words, says what to do, and does not try again',
    async (_, lines, words, advice) => {
      const { place, calls } = await behind('pre-receive', say(...lines))

      const error = await refusal(place)

      expect(error.code).toBe('GIT_FAILED')
      expect(error.problems[0]!.what).toContain(words)
      expect(error.problems[0]!.fix).toMatch(advice)
      expect(error.problems[0]!.what).not.toContain('failed to push some refs')
      expect(calls()).toBe(1)
    },
  )

  it('by an update hook, is shown with the branch', async () => {
    const { place } = await behind('update', say('no model without a ticket'))

    expect((await refusal(place)).problems[0]!.what).toBe(
      'no model without a ticket error: hook declined to update refs/heads/assay/main (hook declined)',
    )
  })

  it('by a hook that says nothing, is told from other failures', async () => {
    const { place } = await behind('pre-receive', 'exit 1')

    const { problems } = await refusal(place)

    expect(problems[0]).toMatchObject({
      what: '(pre-receive hook declined)',
      fix: expect.stringContaining('hook of the server'),
    })
  })

  it('by a hook that speaks of locks, is not waited for', async () => {
    const { place, calls } = await behind(
      'pre-receive',
      say('cannot lock ref: Another git process seems to be running'),
    )

    const { problems } = await refusal(place)

    expect(problems[0]!.fix).toContain('hook of the server')
    expect(calls()).toBe(1)
  })

  it('shows no token, no order to a terminal and no end of words that a hook prints', async () => {
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'
    const { place } = await behind(
      'pre-receive',
      `${say('\\033[2J\\033[31mred', `token ${token}`).replace('\nexit 1', '')}
printf '::add-mask::0.5\\n' >&2
head -c 100000 /dev/zero | tr '\\0' 'x' >&2
exit 1`,
    )

    const text = renderError(await refusal(place))

    expect(text).not.toContain(token)
    expect(text).not.toContain('\u001b')
    expect(text.split('\n').filter(line => /^\s*::/.test(line))).toEqual([])
    expect(text.length).toBeLessThan(2000)
  })
})

describe('a branch whose lock somebody holds', () => {
  it('is waited for', async () => {
    const { place, bare } = await behind('pre-receive', 'exit 0')
    const { lock, release } = held(bare)
    served.server.beforePush(() => void setTimeout(release, 120))

    const made = await propose(place, 2)

    expect(existsSync(lock)).toBe(false)
    expect(made.action).toBe('created')
    expect(await proposed(place)).toEqual(right(2))
  })

  it('for ever, is an error that names the lock and says who can take it away', async () => {
    const { place, bare, calls } = await behind('pre-receive', 'exit 0')
    const { release } = held(bare)

    const { problems } = await refusal(place)
    release()

    expect(problems[0]!.what).toMatch(
      /cannot lock ref 'refs\/heads\/[^']*': Unable to create '.*\.lock': File exists/,
    )
    expect(problems[0]!.what).toContain('(failed to update ref)')
    expect(problems[0]!.fix).toMatch(/run again.*whoever runs the server removes it/)
    expect(calls()).toBe(5)
  })
})

describe('reads that a server refuses', () => {
  it.each([
    [401, 'bad credentials or none', /token is wrong/, 1],
    [403, 'no permission', /permission/, 1],
    [404, 'not there', /Check the name/, 1],
    [503, 'in trouble', /trouble/, 2],
  ])(
    'with %i, %s: what to do goes by the reason, and so does trying again',
    async (status, _, advice, times) => {
      const place = await plainPlace(served.server, served.folder, { opened: served.opened })
      const git = await place.connect()
      served.server.forget()
      served.server.fail({ kind: status })

      const error = (await git.readBranches(['main']).catch((thrown: unknown) => thrown)) as AssayError
      const asked = served.server.requests.length
      served.server.forget()

      expect(error.problems[0]!.fix).toMatch(advice)
      expect(asked).toBe(times)
    },
  )
})

/** Holds the branch that `propose` writes to. */
function held(bare: string): { lock: string; release: () => void } {
  mkdirSync(join(bare, 'refs/heads/assay'), { recursive: true })
  const lock = join(bare, 'refs/heads/assay/main.lock')
  writeFileSync(lock, '')
  return { lock, release: () => rmSync(lock, { force: true }) }
}
