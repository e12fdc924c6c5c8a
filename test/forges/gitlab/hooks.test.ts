import { beforeEach, describe, expect, it } from 'vitest'
import { connectAccount } from '../../../src/forges/gitlab/connect.ts'
import { UNTIMED } from '../../support/faults.ts'
import { TOKEN, useGitlab } from '../../support/gitlab.ts'
import type { Hook } from '../../support/gitlab-state.ts'

const gitlab = useGitlab()
const DAY = 86_400_000
const EVENTS = ['push_events', 'note_events', 'merge_requests_events', 'pipeline_events']
const OURS: Hook = { url: 'https://bot.example/assay/hooks/gitlab', events: EVENTS }
const MASKED: Hook = { url: 'https://{host}/hooks/gitlab', events: EVENTS }
let count = 0
let now = 0

function account() {
  const given = { token: TOKEN.bot, apiUrl: gitlab.url, env: {}, safety: UNTIMED }
  return connectAccount({ ...given, now: () => now })
}

/** A project of its own, in groups of its own, and how its hooks stand. */
async function stateOf({
  outer = [],
  inner = [],
  own = [],
  hidden = [],
}: {
  outer?: Hook[]
  inner?: Hook[]
  own?: Hook[]
  hidden?: ('outer' | 'inner' | 'own')[]
}) {
  const group = `group-${++count}`
  const names = { outer: group, inner: `${group}/sub`, own: `${group}/sub/model` }
  const state = gitlab.double.state()
  Object.assign(state.groupHooks, { [names.outer]: outer, [names.inner]: inner })
  await gitlab.double.send({
    method: 'GET',
    target: `/api/v4/projects/${encodeURIComponent(names.own)}`,
    headers: { 'private-token': TOKEN.bot },
    body: Buffer.alloc(0),
  })
  state.projects[names.own]!.hooks = own
  state.hidesHooks = hidden.map(one => names[one])
  const [found] = await account().hooks([names.own])
  const { repository, ...rest } = found!
  expect(repository).toBe(names.own)
  return JSON.parse(JSON.stringify(rest).replaceAll(group, 'group'))
}

beforeEach(() => {
  gitlab.double.state().hidesHooks = []
})

describe('the hooks of a project', () => {
  it.each<[string, Parameters<typeof stateOf>[0], object]>([
    ['of its own tell of it', { own: [OURS] }, { kind: 'tells' }],
    ['of a group tell of it', { outer: [OURS], hidden: ['own'] }, { kind: 'tells' }],
    ['of a group below a group, with a masked address', { inner: [MASKED] }, { kind: 'tells' }],
    [
      'tell together of all',
      { inner: [{ ...OURS, events: EVENTS.slice(2) }], own: [{ ...OURS, events: EVENTS.slice(0, 2) }] },
      { kind: 'tells' },
    ],
    ['are not there', {}, { kind: 'none' }],
    [
      'call somebody else',
      {
        own: [
          { ...OURS, url: 'https://ci.example/hooks/gitlab-ci' },
          { ...OURS, url: 'https://a.example/x?/hooks/gitlabs' },
        ],
      },
      { kind: 'none' },
    ],
    [
      'do not tell of all',
      { own: [{ ...OURS, events: ['push_events', 'issues_events'] }] },
      { kind: 'deaf', of: 'group/sub/model', to: ['comments', 'merge requests', 'pipelines'] },
    ],
    ['are off for good', { own: [{ ...OURS, status: 'disabled' }] }, { kind: 'off', of: 'group/sub/model' }],
    [
      'are off for a while',
      { outer: [{ ...OURS, status: 'temporarily_disabled', until: '2026-06-01T00:00:00Z' }] },
      { kind: 'off', of: 'group', until: Date.parse('2026-06-01T00:00:00Z') },
    ],
    [
      'are off, whatever else there may be',
      { own: [{ ...OURS, status: 'disabled' }], hidden: ['outer', 'inner'] },
      { kind: 'off', of: 'group/sub/model' },
    ],
    ['may be those that nobody sees', { hidden: ['outer'] }, { kind: 'unknown' }],
  ])('%s', async (_, hooks, expected) => {
    expect(await stateOf(hooks)).toEqual(expected)
  })

  it('that may not be seen are asked for again a day later', async () => {
    await stateOf({ hidden: ['own'] })
    const name = `group-${count}/sub/model`
    const { hooks } = account()
    expect(await hooks([name])).toEqual([{ repository: name, kind: 'unknown' }])
    const asked = () => gitlab.requests.filter(({ path }) => path.includes('/projects/')).length
    const before = asked()
    now += DAY - 1
    await hooks([name])
    expect(asked()).toBe(before)
    now += 1
    gitlab.double.state().hidesHooks = []
    expect(await hooks([name])).toEqual([{ repository: name, kind: 'none' }])
  })
})
