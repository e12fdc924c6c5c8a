import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Delivered } from '../../bot/hooks/delivered.ts'
import { gitlabHook } from '../../bot/hooks/gitlab.ts'
import { seenIds } from '../../bot/hooks/seen.ts'
import type { GitlabHookSecret } from '../../bot/settings/gitlab.ts'
import type { Key } from '../../src/commands/bot/keys.ts'
import { asked } from './deliveries.ts'
import { hook, KEY, project, pushHook } from './gitlab-hooks.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const TOKEN = '3f9c0e61b7d24a58'
let keys: Key[] = []
let told: Delivered[] = []
beforeEach(() => {
  keys = []
  told = []
})

function routeOf(secret: GitlabHookSecret) {
  return gitlabHook({
    secret,
    now: () => NOW,
    add: key => void keys.push(key),
    branches: { has: ({ name }, branch) => name === 'acme/platform/deploy' && branch === 'env/production' },
    seen: seenIds(),
    onDelivery: delivered => void told.push(delivered),
  })
}

type Sent = { headers: Record<string, string | undefined>; body: Buffer }

async function send({ headers, body }: Sent, route = routeOf({ signing: KEY })): Promise<number> {
  return (await route.answer(asked(headers, body))).status
}

const PROMOTION = { kind: 'promotion', deploy: { forge: 'gitlab', name: 'acme/platform/deploy' } }
const BRANCH = 'assay/promote/staging/fraud'
const merge = (attributes: object) => ({
  object_kind: 'merge_request',
  project: project(),
  object_attributes: { source_branch: BRANCH, iid: 7, title: 'CANARY', ...attributes },
})
const pipeline = (status: string, ref = BRANCH, source = 'web') => ({
  object_kind: 'pipeline',
  project: project(),
  object_attributes: { id: 5, status, ref, source },
})

const note = (attributes: object) => ({
  object_kind: 'note',
  project: project(),
  merge_request: { iid: 7 },
  object_attributes: { id: 12, noteable_type: 'MergeRequest', note: '/assay status', ...attributes },
})
const COMMENT = {
  kind: 'comment',
  repository: { forge: 'gitlab', name: 'acme/platform/deploy' },
  pullRequest: 7,
  id: 12,
  writtenAs: 'comment',
}

describe('a hook of GitLab', () => {
  it.each<[string, unknown, object[]]>([
    ['a push to the default branch', pushHook(), [PROMOTION]],
    ['a push where an environment stands', pushHook(undefined, 'refs/heads/env/production'), [PROMOTION]],
    ['a push elsewhere', pushHook(undefined, 'refs/heads/x'), []],
    ['a promotion merged', merge({ action: 'merge' }), [{ ...PROMOTION, model: 'fraud' }]],
    ['a promotion closed', merge({ action: 'close' }), [{ ...PROMOTION, model: 'fraud' }]],
    ['new commits', merge({ action: 'update', oldrev: 'a'.repeat(40) }), [{ ...PROMOTION, model: 'fraud' }]],
    [
      'a retraining merged',
      merge({ action: 'merge', source_branch: 'assay/retrain-fraud-2026-05-01-0000001' }),
      [{ kind: 'alerts', repository: PROMOTION.deploy }],
    ],
    ['a new title', merge({ action: 'update' }), []],
    [
      'another target',
      {
        ...merge({ action: 'update', source_branch: 'x', last_commit: { id: 'a'.repeat(40) } }),
        changes: { target_branch: { previous: 'lax', current: 'main' } },
      },
      [{ kind: 'head', repository: PROMOTION.deploy, pullRequest: 7, commit: 'a'.repeat(40) }],
    ],
    [
      'new commits, which may be those of another',
      merge({
        action: 'update',
        oldrev: 'a'.repeat(40),
        source_branch: 'x',
        last_commit: { id: 'b'.repeat(40) },
      }),
      [{ kind: 'head', repository: PROMOTION.deploy, pullRequest: 7, commit: 'b'.repeat(40) }],
    ],
    ...['open', 'reopen', 'close', 'merge'].map((action): [string, unknown, object[]] => [
      `${action} of one whose head may be that of another`,
      merge({ action, source_branch: 'x', last_commit: { id: 'a'.repeat(40) } }),
      [{ kind: 'head', repository: PROMOTION.deploy, pullRequest: 7, commit: 'a'.repeat(40) }],
    ]),
    ['no action', merge({}), []],
    ['another merge request', merge({ action: 'merge', source_branch: 'x' }), []],
    ['a pipeline that ended', pipeline('success'), [{ ...PROMOTION, model: 'fraud' }]],
    [
      'a pipeline of a merge request that ended',
      pipeline('failed', 'refs/merge-requests/7/head', 'merge_request_event'),
      [{ kind: 'run', repository: PROMOTION.deploy, id: 5 }],
    ],
    [
      'a pipeline of the default branch that ended',
      pipeline('success', 'main', 'push'),
      [{ kind: 'run', repository: PROMOTION.deploy, id: 5 }],
    ],
    ['a pipeline that runs', pipeline('running'), []],
    ['a pipeline elsewhere', pipeline('success', 'main'), []],
    ['a command', note({ action: 'create' }), [COMMENT]],
    ['a command before 16.11', note({ created_at: 'a', updated_at: 'a' }), [COMMENT]],
    ['an edited note', note({ action: 'update' }), []],
    ['an edited note before 16.11', note({ created_at: 'a', updated_at: 'b' }), []],
    ['a note', note({ action: 'create', note: 'nice' }), []],
    ['a command below an issue', note({ action: 'create', noteable_type: 'Issue' }), []],
  ])('%s: is taken, and names what there is to look at', async (_, payload, named) => {
    expect(await send(hook(payload, NOW))).toBe(202)
    expect(keys).toEqual(named)
    expect(told).toMatchObject([{ forge: 'gitlab', repository: 'acme/platform/deploy', end: 'taken' }])
  })

  it.each([
    'null',
    '[]',
    '"x"',
    'true',
    '{',
    '',
    '{}',
    '{"object_kind":"constructor"}',
    '{"object_kind":"__proto__"}',
    '{"object_kind":"wiki_page"}',
    '{"object_kind":"push"}',
    '{"object_kind":"push","ref":"refs/heads/main","project":{"id":1,"path_with_namespace":"../x"}}',
  ])(
    'of body %s: is answered 2xx, since GitLab would switch the hook off, and looked at by nobody',
    async body => {
      expect(await send(hook({}, NOW, { body }))).toBe(202)
      expect(keys).toEqual([])
      expect(told.map(({ end }) => end)).toEqual(['of no interest'])
    },
  )

  const good = () => hook(pushHook(), NOW)
  const withHeaders = (change: Record<string, string | undefined>): Sent => ({
    ...good(),
    headers: { ...good().headers, ...change },
  })
  it.each<[string, () => Sent]>([
    ['of another key', () => hook(pushHook(), NOW, { key: Buffer.alloc(32) })],
    ['of other bytes', () => ({ ...good(), body: Buffer.from('{"object_kind":"push"}') })],
    ['of another id', () => withHeaders({ 'webhook-id': 'other' })],
    ['of another time', () => withHeaders({ 'webhook-timestamp': `${NOW / 1000 - 1}` })],
    ['without an id', () => withHeaders({ 'webhook-id': undefined })],
    ['without a time', () => withHeaders({ 'webhook-timestamp': undefined })],
    ['with a time that is none', () => withHeaders({ 'webhook-timestamp': '1e9' })],
    ['unsigned', () => withHeaders({ 'webhook-signature': undefined })],
    ['with an empty signature', () => withHeaders({ 'webhook-signature': '' })],
    ['with another version of signatures', () => withHeaders({ 'webhook-signature': 'v1a,abc' })],
    ['sent again after six minutes', () => hook(pushHook(), NOW - 360_000)],
    ['from six minutes ahead', () => hook(pushHook(), NOW + 360_000)],
    [
      'with the token of older servers instead',
      () => ({ headers: { 'x-gitlab-token': TOKEN, 'x-gitlab-event': 'Push Hook' }, body: good().body }),
    ],
  ])('%s: is refused where there is a signing token', async (_, make) => {
    expect(await send(make())).toBe(401)
    expect(keys).toEqual([])
    expect(told).toEqual([
      { forge: 'gitlab', end: 'refused', why: expect.stringContaining('ASSAY_BOT_GITLAB_SIGNING_TOKEN') },
    ])
  })

  it('with several signatures is taken where one of them is good, and its clock may differ a little', async () => {
    const { headers, body } = hook(pushHook(), NOW - 240_000)
    const other = hook(pushHook(), NOW, { key: Buffer.alloc(32) }).headers['webhook-signature']
    const both = { ...headers, 'webhook-signature': `${other} v2,x ${headers['webhook-signature']}` }

    expect(await send({ headers: both, body })).toBe(202)
  })

  it('of an older server is taken by its token, and by no other', async () => {
    const route = routeOf({ token: TOKEN })
    const { body } = good()

    for (const given of [undefined, '', 'x', `${TOKEN}x`, TOKEN.toUpperCase()])
      expect(await send({ headers: { 'x-gitlab-token': given }, body }, route)).toBe(401)
    expect(await send({ headers: { 'x-gitlab-token': TOKEN }, body }, route)).toBe(202)
    expect(keys).toEqual([PROMOTION])
  })

  it('that is sent twice is looked at once', async () => {
    const route = routeOf({ signing: KEY })
    const twice = good()
    expect([await send(twice, route), await send(twice, route)]).toEqual([202, 202])

    expect(keys).toHaveLength(1)
  })

  it('is never an error, whatever it is', async () => {
    const value = fc.record(
      {
        object_kind: fc.oneof(fc.constantFrom('push', 'merge_request', 'pipeline'), fc.jsonValue()),
        ref: fc.jsonValue(),
        project: fc.oneof(fc.constant(project()), fc.jsonValue()),
        object_attributes: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, fc.jsonValue()), async payload => {
        expect(await send(hook(payload, NOW))).toBe(202)
      }),
    )
  })
})
