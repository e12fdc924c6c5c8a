import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type EmulatedGithub, startGithub } from '../../../emulator/github.ts'
import { endLostTurns, TURN_MS, takeTurn } from '../../../src/forges/ensure/turn.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubWorkflows } from '../../../src/forges/github/workflows.ts'
import { UNTIMED } from '../../support/faults.ts'

let github: EmulatedGithub
let refs: ReturnType<typeof githubWorkflows>
let commit: string
let name = 'turn 0'

beforeAll(async () => {
  github = await startGithub({
    users: [{ login: 'ada' }],
    tokens: { 'token-of-ada': { login: 'ada' } },
    repositories: [{ owner: 'ada', name: 'model', auto_init: true }],
  })
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
