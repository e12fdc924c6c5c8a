import { describe, expect, it, vi } from 'vitest'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { rounds, some } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { useGitServer } from '../support/use-git-server.ts'
import { githubRound, gitRound, kill, landed, releaseAt } from './promotion-rounds.ts'

// Three rounds a test, each of three processes, all of them at once.
vi.setConfig({ testTimeout: SLOW })

/**
 * The real CLI, killed before the first and after each of its writes, and run again: before another it leaves what it leaves after
 * the one before that. On plain git in six rounds, two at each of its three points. In one process
 * test/forges/git/promotion.long.test.ts does it at every other.
 */

const github = useGithub()
const served = useGitServer()

const around = (points: (readonly [string, RegExp])[]) =>
  points.flatMap(([name, request], index) =>
    (index === 0 ? (['before', 'after'] as const) : (['after'] as const)).map(when => ({
      name,
      request,
      when,
    })),
  )
const READS = /^GET|graphql (Head|Look)$/

describe('assay release on GitHub, killed', () => {
  const writes = around([
    ['the tree', /git\/trees$/],
    ['the commit', /git\/commits$/],
    ['the move of the branch', /graphql Move$/],
    ['the pull request', /POST .*\/pulls$/],
    ['the labels', /\/labels$/],
    ['the reviewers', /requested_reviewers$/],
    ['the status', /\/statuses\//],
    ['the merge', /\/merge$/],
  ])

  const shown = ['the move of the branch', 'the merge']
  it.concurrent.each(some(writes, ({ name }) => shown.includes(name)))(
    '$when $name: the next run heals it',
    async at => {
      const round = await githubRound(served, github)
      const { place, job, staging, gate, pulls } = round

      await kill(gate, () => job.release(1), at)
      const healed = await job.release(1).ended

      expect(healed).toMatchObject({ exitCode: 0, stderr: '' })
      const merges = await landed(place)
      expect(merges).toHaveLength(1)
      expect(await releaseAt(round, merges[0]!)).toBe('v1')
      expect(await place.branches(staging)).toEqual([staging])
      const { open, closed } = await pulls.ofBranch(staging, place.base)
      expect(open).toBeUndefined()
      expect(closed).toMatchObject([{ state: 'merged' }])
      const address = `${github.upstream}/repos/${REPOSITORY}/pulls/${closed[0]!.number}`
      const pull = await (
        await fetch(address, { headers: { authorization: `token ${TOKENS.person}` } })
      ).json()
      expect(pull).toMatchObject({
        labels: [{ name: 'promotion' }],
        requested_reviewers: [{ login: 'maintainer' }],
      })
      const statuses = github.statuses.filter(({ sha }) => sha === closed[0]!.head)
      expect(statuses.map(({ context, state }) => `${context} ${state}`)).toEqual(['assay/promotion success'])
    },
  )

  it.concurrent('the same release twice: the second writes nothing', async () => {
    const { gate, job } = await githubRound(served, github, { production: true })
    await job.release(1).ended
    gate.open()

    const again = await job.release(1).ended

    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
    expect(gate.requests.filter(one => !READS.test(one))).toEqual([])
  })

  // A story each.
  const texts = [
    ...around([['the new text', /PATCH .*\/pulls\/\d+$/]]),
    ...around([['the comment', /POST .*\/comments$/]]),
  ]
  it.concurrent.each(some(texts, ({ when }) => when === 'after'))(
    '$when $name: one pull request, one comment',
    async at => {
      const round = await githubRound(served, github, { production: true })
      const { place, job, production, gate, pulls } = round
      await job.release(1).ended
      const isComment = at.name === 'the comment'
      if (isComment) await place.push(production, { 'by-hand.txt': 'x' })

      await kill(gate, () => job.release(2), at)
      const healed = await job.release(2).ended

      expect(healed).toMatchObject({ exitCode: 0, stderr: '' })
      const { open, closed } = await pulls.ofBranch(production, place.base)
      expect(closed).toEqual([])
      expect(open!.title).toContain(isComment ? ' v1 ' : ' v2 ')
      expect(open!.body).toContain(isComment ? ' version=v1 ' : ' version=v2 ')
      expect(await github.comments(open!.number)).toHaveLength(isComment ? 1 : 0)
      expect(await releaseAt(round, open!.head, 'production')).toBe(isComment ? 'v1' : 'v2')
    },
  )
})

describe('assay release on plain git, killed', () => {
  // The base, the branch of production.
  const points = around([0, 1].map(nth => [String(nth), /POST .*\/git-receive-pack$/] as const))

  const ROUNDS = 3
  it.concurrent.each([0, 1].slice(0, rounds(1, 2)))(
    'is healed by the next run (rounds of three: %i)',
    async lane => {
      const round = await gitRound(served, served.server, { releases: ROUNDS })
      const { place, job, gate, staging, production } = round
      for (let number = 1; number <= ROUNDS; number++) {
        const { name, request, when } = points[(lane * ROUNDS + number) % points.length]!

        await kill(gate, () => job.release(number), { request, when, nth: Number(name) })
        const healed = await job.release(number).ended

        expect(healed).toMatchObject({ exitCode: 0, stderr: '' })
        const commits = await landed(place)
        expect(await Promise.all(commits.map(commit => releaseAt(round, commit)))).toEqual(
          Array.from({ length: number }, (_, index) => `v${index + 1}`),
        )
        expect(await place.branches('assay/')).toEqual([production])
        expect(await place.head(staging)).toBeUndefined()
        expect(await releaseAt(round, (await place.head(production))!, 'production')).toBe(`v${number}`)
      }
      gate.open()
      expect(await job.release(ROUNDS).ended).toMatchObject({ exitCode: 0, stderr: '' })
      expect(gate.requests.filter(one => /POST .*receive-pack/.test(one))).toEqual([])
    },
  )
})
