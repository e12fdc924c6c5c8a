import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type EmulatedGithub, startGithub } from '../../../emulator/github.ts'
import { endLostTurns, TURN_MS, takeTurn } from '../../../src/forges/ensure/turn.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubWorkflows } from '../../../src/forges/github/workflows.ts'
import { UNTIMED } from '../../support/faults.ts'

const SEED = {
  users: [{ login: 'ada' }],
  tokens: { 'token-of-ada': { login: 'ada' } },
  repositories: [{ owner: 'ada', name: 'model', auto_init: true }],
}
let github: EmulatedGithub
let refs: ReturnType<typeof githubWorkflows>
let commit: string
let name = 'turn 0'

beforeAll(async () => {
  github = await startGithub(SEED)
  const client = githubClient({ token: 'token-of-ada', apiUrl: github.url, safety: UNTIMED })
  const { data } = await client.rest.git.getRef({ owner: 'ada', repo: 'model', ref: 'heads/main' })
  commit = data.object.sha
  refs = githubWorkflows(client, 'ada/model')
})
afterAll(() => github.close())

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  name = `turn ${Number(name.slice(5)) + 1}`
})
afterEach(async () => {
  await endLostTurns(refs, Date.now() + 10 * TURN_MS)
  vi.useRealTimers()
})

const take = () => takeTurn(refs, { name, commit, now: Date.now() })
const pass = () => vi.setSystemTime(Date.now() + TURN_MS + 1000)

it('is one process’s until it ends', async () => {
  const first = await take()
  expect(await take()).toBeUndefined()
  await first!.end()

  expect(await take()).toBeDefined()
})

it('is one process’s where another’s ran out and is given back late', async () => {
  const late = await take()
  pass()
  const second = await take()
  expect(second).toBeDefined()
  await late!.end()
  expect(await take()).toBeUndefined()
  await second!.end()
  const third = await take()
  expect(third).toBeDefined()

  await late!.end()
  await second!.end()
  expect(await take()).toBeUndefined()
})

it('is one of many’s that find it run out', async () => {
  await take()
  pass()

  const taken = await Promise.all(Array.from({ length: 5 }, take))
  expect(taken.filter(turn => turn !== undefined).length).toBeLessThanOrEqual(1)
})

it('is taken however often it was lost, and leaves one ref', async () => {
  for (let lost = 0; lost < 25; lost++) {
    expect(await take()).toBeDefined()
    pass()
  }

  expect(await refs.claimsBelow('refs/assay/turns/')).toHaveLength(1)
})

it('is one process’s also where its clock is ahead of the forge’s', async () => {
  const now = Date.now() + 5 * TURN_MS

  expect(await takeTurn(refs, { name, commit, now })).toBeDefined()
  expect(await takeTurn(refs, { name, commit, now })).toBeUndefined()
})

it('begins nothing that another could begin too: its first half is its holder’s alone', async () => {
  const turn = await take()

  expect(turn!.isOurs(Date.now() + TURN_MS / 2 - 1)).toBe(true)
  expect(turn!.isOurs(Date.now() + TURN_MS / 2)).toBe(false)
})

it('is not taken away as lost while it may be somebody’s', async () => {
  const turn = await take()
  await endLostTurns(refs, Date.now() + TURN_MS - 1)
  expect(await take()).toBeUndefined()
  expect(turn!.isOurs(Date.now())).toBe(true)

  await endLostTurns(refs, Date.now() + 2 * TURN_MS + 1000)
  expect(await refs.claimsBelow('refs/assay/turns/')).toEqual([])
})

it('is not kept for good by a clock that is days ahead', async () => {
  const days = 3 * 86_400_000
  expect(await takeTurn(refs, { name, commit, now: Date.now() + days })).toBeDefined()
  vi.setSystemTime(Date.now() + 3_600_000 + TURN_MS + 1000)

  expect(await take()).toBeDefined()
})

it('is one process’s on a forge whose clock a story has moved by hours', async () => {
  const now = Date.now() + 36_000_000
  const ahead = await startGithub({ ...SEED, apps: [] }, undefined, { now: () => now })
  const client = githubClient({ token: 'token-of-ada', apiUrl: ahead.url, safety: UNTIMED })
  const { data } = await client.rest.git.getRef({ owner: 'ada', repo: 'model', ref: 'heads/main' })
  const takeAhead = () =>
    takeTurn(githubWorkflows(client, 'ada/model'), { name, commit: data.object.sha, now })

  const turns = [await takeAhead(), await takeAhead()]
  await ahead.close()

  expect(turns.map(turn => turn !== undefined)).toEqual([true, false])
})
