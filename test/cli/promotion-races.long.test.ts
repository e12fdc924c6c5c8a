import { describe, expect, it, vi } from 'vitest'
import { useGithub } from '../support/emulator.ts'
import { rounds } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { useGitServer } from '../support/use-git-server.ts'
import { githubRound, gitRound, landed, type Round, releaseAt } from './promotion-rounds.ts'

// Three processes a round, and all rounds at once.
vi.setConfig({ testTimeout: SLOW })

/** Two releases of one model at once, in processes of their own, on GitHub and on plain git. */

const github = useGithub()
const served = useGitServer()

/** Both at once, the older one first in every second round; then what the next scheduled run does. */
async function race({ job, place, ...round }: Omit<Round, 'pulls'>, number: number): Promise<void> {
  const numbers = number % 2 === 0 ? [1, 2] : [2, 1]

  const ended = await Promise.all(numbers.map(one => job.release(one).ended))
  const healed = await job.assay('promote', job.model).ended

  expect(ended.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([
    { exitCode: 0, stderr: '' },
    { exitCode: 0, stderr: '' },
  ])
  expect(healed).toMatchObject({ exitCode: 0 })
  const commits = await landed(place)
  const served = await Promise.all(commits.map(commit => releaseAt({ job, place }, commit)))
  expect(served.at(-1)).toBe('v2')
  expect(served).toEqual([...new Set(served)].sort())
  expect(await releaseAt({ job, place }, (await place.head(round.production))!, 'production')).toBe('v2')
}

const ROUNDS = Array.from({ length: rounds(2, 4, 6) }, (_, number) => number)

describe('two releases at once', () => {
  it.concurrent.each(ROUNDS)('on GitHub: the newest wins, no commit is mixed (round %i)', async number => {
    const round = await githubRound(served, github, { production: true })

    await race(round, number)

    const { open, closed } = await round.pulls.ofBranch(round.production, round.place.base)
    expect(open!.title).toContain(' v2 ')
    expect(closed).toEqual([])
  })

  it.concurrent.each(ROUNDS)('on plain git: the newest wins, no commit is mixed (round %i)', async number => {
    const round = await gitRound(served, served.server)

    await race(round, number)

    expect(await round.place.branches('assay/')).toEqual([round.production])
  })
})
