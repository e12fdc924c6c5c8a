import * as fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Delivered } from '../../bot/hooks/delivered.ts'
import { githubHook } from '../../bot/hooks/github.ts'
import { seenIds } from '../../bot/hooks/seen.ts'
import { seenBranches } from '../../src/commands/bot/branches.ts'
import { type Key, keyName, repositoryOf } from '../../src/commands/bot/keys.ts'
import type { Route } from '../../src/services/web/server.ts'
import { asked, delivery, installation, pullRequest, push, repository, SECRET } from './deliveries.ts'

const OTHER = '8d41c6f0a97b25e3'
let keys: Key[] = []
let told: Delivered[] = []
let hook: Route

beforeAll(async () => {
  hook = await githubHook({
    secrets: [SECRET, OTHER],
    add: key => void keys.push(key),
    branches: { has: ({ name }, branch) => name === 'acme/deploy' && branch === 'env/production' },
    seen: seenIds(),
    onInstallation() {},
    onDelivery: delivered => void told.push(delivered),
  })
})
beforeEach(() => {
  keys = []
  told = []
})

async function send({ headers, body }: { headers: Record<string, string | undefined>; body: Buffer }) {
  return (await hook.answer(asked(headers, body))).status
}

const PROMOTION = { kind: 'promotion', deploy: { forge: 'github', name: 'acme/deploy' } }
const COMMENT = {
  kind: 'comment',
  repository: { forge: 'github', name: 'acme/deploy' },
  pullRequest: 7,
  id: 12,
  writtenAs: 'comment',
}
const comment = (action: string, body: string, isPull = true) => ({
  action,
  repository: repository(),
  issue: { number: 7, ...(isPull && { pull_request: { url: 'x' } }) },
  comment: { id: 12, body },
})
const retargeted = (changes: object) => ({
  ...pullRequest('edited', 'feature'),
  pull_request: { number: 7, head: { ref: 'feature', sha: 'a'.repeat(40) } },
  changes,
})
const BRANCH = 'assay/promote/staging/fraud'

describe('a delivery of GitHub', () => {
  it.each<[string, string, unknown, object[]]>([
    ['a push to the default branch', 'push', push(), [PROMOTION]],
    [
      'a push where an environment stands',
      'push',
      push('acme/deploy', 'refs/heads/env/production'),
      [PROMOTION],
    ],
    ['the same of a repository without', 'push', push('acme/other', 'refs/heads/env/production'), []],
    ['a push elsewhere', 'push', push('acme/deploy', 'refs/heads/other'), []],
    ['a branch that is called like the default one', 'push', push('acme/deploy', 'refs/tags/main'), []],
    ['a promotion closed', 'pull_request', pullRequest('closed', BRANCH), [{ ...PROMOTION, model: 'fraud' }]],
    ['another pull request', 'pull_request', pullRequest('closed', 'feature'), []],
    ['a command', 'issue_comment', comment('created', '/assay status'), [COMMENT]],
    ['a mistyped command', 'issue_comment', comment('created', '/assay sttus'), [COMMENT]],
    ['a comment', 'issue_comment', comment('created', 'what about /assay status?'), []],
    ['CH-006: an edited comment', 'issue_comment', comment('edited', '/assay status'), []],
    ['CH-007: a deleted comment', 'issue_comment', comment('deleted', '/assay status'), []],
    ['a command in an issue', 'issue_comment', comment('created', '/assay status', false), []],
    [
      'a command in a review',
      'pull_request_review',
      { ...pullRequest('submitted', 'feature'), review: { id: 12, body: '/assay status' } },
      [{ ...COMMENT, writtenAs: 'review' }],
    ],
    [
      'a review that is edited',
      'pull_request_review',
      { ...pullRequest('edited', 'feature'), review: { id: 12, body: '/assay status' } },
      [],
    ],
    [
      'a pull request for another branch',
      'pull_request',
      retargeted({ base: { ref: { from: 'lax' }, sha: { from: 'b'.repeat(40) } } }),
      [{ kind: 'head', repository: PROMOTION.deploy, pullRequest: 7, commit: 'a'.repeat(40) }],
    ],
    ...['opened', 'synchronize', 'reopened', 'closed'].map((action): [string, string, unknown, object[]] => [
      `a pull request ${action} whose head may be that of another`,
      'pull_request',
      { ...retargeted({}), action },
      [{ kind: 'head', repository: PROMOTION.deploy, pullRequest: 7, commit: 'a'.repeat(40) }],
    ]),
    ['a pull request of another title', 'pull_request', retargeted({ title: { from: 'x' } }), []],
    ['a label', 'pull_request', pullRequest('labeled', BRANCH), []],
    [
      'an approval',
      'pull_request_review',
      pullRequest('submitted', BRANCH),
      [{ ...PROMOTION, model: 'fraud' }],
    ],
    [
      'checks that ended',
      'check_suite',
      { action: 'completed', repository: repository(), check_suite: { head_branch: BRANCH } },
      [{ ...PROMOTION, model: 'fraud' }],
    ],
    [
      'checks of a fork',
      'check_suite',
      { action: 'completed', repository: repository(), check_suite: { head_branch: null } },
      [],
    ],
    [
      'WH-026: an installation',
      'installation',
      { action: 'created', installation, repositories: [repository()] },
      [PROMOTION],
    ],
    [
      'WH-026: its end',
      'installation',
      { action: 'deleted', installation, repositories: [repository()] },
      [],
    ],
    [
      'more repositories',
      'installation_repositories',
      { action: 'added', installation, repositories_added: [repository()], repositories_removed: [] },
      [PROMOTION],
    ],
    ['WH-017: no installation', 'push', { ...push(), installation: undefined }, [PROMOTION]],
    ['the first of all', 'ping', { zen: 'x', hook_id: 1 }, []],
    ['what nobody asked for', 'star', { action: 'created', repository: repository() }, []],
  ])('%s: is taken, and names what there is to look at', async (_, event, payload, named) => {
    expect(await send(delivery(event, payload))).toBe(202)
    expect(keys).toEqual(named)
  })

  const good = () => delivery('push', push())
  const withHeaders = (change: Record<string, string | undefined>) => {
    const { headers, body } = good()
    return { headers: { ...headers, ...change }, body }
  }
  const mac = good().headers['x-hub-signature-256']!
  it.each<[string, () => Parameters<typeof send>[0], number]>([
    ['WH-003: of another key', () => delivery('push', push(), { secret: 'f'.repeat(16) }), 401],
    ['WH-003: of other bytes', () => ({ ...good(), body: Buffer.from('{}') }), 401],
    ['WH-004: unsigned', () => withHeaders({ 'x-hub-signature-256': undefined }), 401],
    [
      'WH-004: signed by sha1 alone',
      () => withHeaders({ 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${'a'.repeat(40)}` }),
      401,
    ],
    ['WH-004: with an empty signature', () => withHeaders({ 'x-hub-signature-256': '' }), 401],
    ['WH-004: with a short one', () => withHeaders({ 'x-hub-signature-256': mac.slice(0, -1) }), 401],
    [
      'WH-004: in upper case',
      () => withHeaders({ 'x-hub-signature-256': good().headers['x-hub-signature-256']!.toUpperCase() }),
      401,
    ],
    ...['*', 'error', 'constructor', '__proto__', 'valueOf', '', 'push.opened', 'Push'].map(
      name =>
        [`of an event called ${name || 'nothing'}`, () => withHeaders({ 'x-github-event': name }), 400] as [
          string,
          () => Parameters<typeof send>[0],
          number,
        ],
    ),
    ['without an event', () => withHeaders({ 'x-github-event': undefined }), 400],
    ['without an id', () => withHeaders({ 'x-github-delivery': undefined }), 400],
    ['with an id that is none', () => withHeaders({ 'x-github-delivery': 'x\ny' }), 400],
    ...['null', '[]', '"x"', 'true', '1', '{', '', '{}', '{"repository":{}}'].map(
      body =>
        [`of ${body || 'no'} body`, () => delivery('push', {}, { body }), 400] as [
          string,
          () => Parameters<typeof send>[0],
          number,
        ],
    ),
    [
      'WH-018: that is no UTF-8',
      () => delivery('push', {}, { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) }),
      400,
    ],
    [
      'of an installation that is no number',
      () => delivery('push', { ...push(), installation: { id: '7; drop' } }),
      400,
    ],
    ['of a repository that is no name', () => delivery('push', push('acme/../../x')), 400],
    ['of a repository called ..', () => delivery('push', push('acme/..')), 400],
  ])('%s: is refused, and nobody looks at anything', async (_, make, status) => {
    expect(await send(make())).toBe(status)
    expect(keys).toEqual([])
    const why =
      status === 401 ? 'it is not signed with ASSAY_BOT_WEBHOOK_SECRET' : 'it is not what GitHub delivers'
    expect(told).toEqual([{ forge: 'github', end: 'refused', why }])
  })

  it('WH-021: is taken with the old secret and with the new one, while both are there', async () => {
    for (const secret of [SECRET, OTHER]) expect(await send(delivery('push', push(), { secret }))).toBe(202)
    const one = await githubHook({
      secrets: [OTHER],
      add() {},
      branches: seenBranches(),
      onInstallation() {},
      seen: seenIds(),
      onDelivery() {},
    })
    const { headers, body } = delivery('push', push())

    expect((await one.answer(asked(headers, body))).status).toBe(401)
  })

  it('that comes twice is looked at once', async () => {
    const twice = delivery('push', push())
    expect([await send(twice), await send(twice)]).toEqual([202, 202])

    expect(keys).toHaveLength(1)
    expect(told.map(({ end }) => end)).toEqual(['taken', 'seen'])
  })

  it('is told of by names alone', async () => {
    await send(delivery('pull_request', pullRequest('closed', BRANCH), { id: 'abcdef01-0' }))

    expect(told).toEqual([
      {
        forge: 'github',
        event: 'pull_request',
        id: 'abcdef01-0',
        action: 'closed',
        repository: 'acme/deploy',
        end: 'taken',
      },
    ])
  })

  it('of any shape is answered 202 or 400, and names only what has the shape of names', async () => {
    const events = ['push', 'pull_request', 'pull_request_review', 'check_suite', 'installation', 'ping']
    const leaf = fc.oneof(
      fc.constant(null),
      fc.integer(),
      fc.string(),
      fc.constantFrom('main', BRANCH, 'closed'),
    )
    const field = (value: fc.Arbitrary<unknown>) => fc.oneof({ weight: 3, arbitrary: value }, leaf)
    const named = fc.record({
      id: field(fc.nat()),
      full_name: field(fc.constantFrom('a/b', '../x', 'a/b/c', 'a/.')),
      default_branch: leaf,
    })
    const payload = fc.record(
      {
        action: leaf,
        ref: field(fc.constant('refs/heads/main')),
        repository: field(named),
        installation: field(fc.record({ id: leaf })),
        pull_request: field(fc.record({ head: field(fc.record({ ref: leaf })) })),
        check_suite: field(fc.record({ head_branch: leaf })),
        repositories: field(fc.array(named)),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...events), payload, async (event, value) => {
        expect([202, 400]).toContain(await send(delivery(event, value)))
      }),
    )
    expect(keys.every(key => /^[\w.-]+\/[\w.-]+$/.test(repositoryOf(key).name) && keyName(key) !== '')).toBe(
      true,
    )
  })
})
