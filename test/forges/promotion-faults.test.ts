import { beforeAll, describe, expect, it } from 'vitest'
import { AssayError } from '../../src/core/errors/errors.ts'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import type { Forge } from '../../src/forges/forge.ts'
import type { PullRequests } from '../../src/forges/pull-requests.ts'
import { takeSnapshot } from '../../src/forges/snapshot.ts'
import { TOKENS, useGithub } from '../support/emulator.ts'
import type { Fault } from '../support/faults.ts'
import { divided } from '../support/rounds.ts'
import { type DeployPlace, githubPlace } from './deploy-places.ts'
import { branchOf, listed, promote, proposed, RECORD, right, TEXT, write } from './promotion-job.ts'
import { forgeAs } from './report-run.ts'

const github = useGithub()

interface Ground {
  place: DeployPlace
  repository: DeployRepository
  pulls: PullRequests
  forge: Forge
  base: string
  number: number
  head: string
}

let ground: Ground
beforeAll(async () => {
  const place = await githubPlace(github)
  const made = await promote(place, 2)
  const repository = await place.connect()
  const pulls = repository.pullRequests as PullRequests
  const base = (await place.head(place.base))!
  const forge = forgeAs(github, TOKENS.person)
  ground = { place, repository, pulls, forge, base, number: made.pullRequest!.number, head: made.commit! }
})

/** Every call of a promotion: how it is found among the requests, the words for it in an error, what makes it. */
const CALLS = {
  list: {
    path: /^\/graphql PullRequests$/,
    named: '[POST] /graphql(PullRequests)',
    run: ({ pulls, place }: Ground) => pulls.ofBranch(branchOf(place), place.base),
  },
  branches: {
    path: /^\/graphql Branches$/,
    named: '[POST] /graphql(Branches)',
    run: ({ repository, place }: Ground) => repository.readBranches([place.base]),
  },
  files: { path: /^\/graphql Files$/, named: '[POST] /graphql(Files)', run: write },
  tree: { path: /\/git\/trees$/, named: '/git/trees', run: write },
  commit: { path: /\/git\/commits$/, named: '/git/commits', run: write },
  move: { path: /^\/graphql Move$/, named: '[POST] /graphql(Move)', run: write },
  creation: {
    method: 'POST',
    path: /\/pulls$/,
    named: '/pulls',
    run: ({ pulls, place }: Ground) => pulls.create({ branch: 'free', base: place.base, ...TEXT }),
  },
  update: {
    method: 'PATCH',
    path: /\/pulls\/\d+$/,
    named: '/pulls/',
    run: ({ pulls, number }: Ground) => pulls.update(number, TEXT),
  },
  labels: {
    path: /\/labels$/,
    named: '/labels',
    run: ({ pulls, number }: Ground) => pulls.addLabels(number, ['promotion']),
  },
  reviewers: {
    path: /\/requested_reviewers$/,
    named: '/requested_reviewers',
    run: ({ pulls, number }: Ground) => pulls.requestReviewers(number, ['maintainer', 'octo/team']),
  },
  merge: {
    method: 'PUT',
    path: /\/merge$/,
    named: '/merge',
    run: ({ pulls, number, head }: Ground) => pulls.merge(number, head),
  },
  close: {
    method: 'PATCH',
    path: /\/pulls\/\d+$/,
    named: '/pulls/',
    run: ({ pulls, number }: Ground) => pulls.close(number),
  },
  head: {
    path: /^\/graphql Head$/,
    named: '[POST] /graphql(Head)',
    run: ({ repository, place }: Ground) => repository.readHead(place.base, RECORD),
  },
  snapshot: {
    path: /^\/graphql Look$/,
    named: '[POST] /graphql(Look)',
    run: ({ repository, place, base }: Ground) =>
      takeSnapshot(repository, {
        base: place.base,
        commit: base,
        branches: [{ name: branchOf(place), file: RECORD }],
        files: [RECORD],
        histories: [RECORD],
      }),
  },
  history: {
    path: /^\/graphql History$/,
    named: '[POST] /graphql(History)',
    run: ({ repository, base }: Ground) => repository.fileHistory(base, [RECORD], 30),
  },
  'list of files': {
    method: 'GET',
    path: /\/git\/trees\//,
    named: '/git/trees/',
    run: ({ repository, base }: Ground) => repository.listFiles(base, ''),
  },
  'list of branches': {
    path: /\/git\/matching-refs\//,
    named: '/git/matching-refs/',
    run: ({ repository }: Ground) => repository.listBranches('assay/'),
  },
  comparison: {
    path: /\/compare\//,
    named: '/compare/',
    run: ({ repository, base, head }: Ground) => repository.contains(head, base),
  },
  'pull request of a commit': {
    path: /\/commits\/[0-9a-f]+\/pulls$/,
    named: '/pulls',
    run: ({ forge, head }: Ground) => forge.pullRequestOf(head),
  },
} as const

const FAULTS: Fault[] = [
  500,
  502,
  503,
  401,
  403,
  404,
  409,
  422,
  429,
  'secondary-limit',
  'rate-limit',
  'hang',
  'reset',
  'html',
  'truncated',
  'empty',
  'no-id',
  'redirect',
]

// In the usual run a third of the pairs, each call and each fault among them.
const third = (row: number) => (_: unknown, column: number) => (row + column) % 3 === 0

describe.each(Object.entries(CALLS))('the call %s that fails for good', (name, { named, run, ...match }) => {
  it.each(divided(FAULTS, third(Object.keys(CALLS).indexOf(name))))(
    '(%s) says which call it was, and claims nothing',
    async fault => {
      const headers: Record<string, string> = fault === 429 ? { 'retry-after': '1' } : {}
      github.fail({ ...match, fault, headers })

      const outcome = await run(ground).then(
        answer => answer,
        (error: unknown) => error,
      )

      // A merge that the forge refuses is an answer.
      if (name === 'merge' && (fault === 409 || fault === 422))
        expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining(named) })
      // Commits of which one is not there are not one after the other. A read follows a redirect, here to where nothing is.
      else if (name === 'comparison' && (fault === 404 || fault === 'redirect')) expect(outcome).toBe(false)
      // A commit that the repository does not have came by no pull request of it.
      else if (name === 'pull request of a commit' && [404, 409, 422, 'redirect'].includes(fault as number))
        expect(outcome).toBeUndefined()
      else {
        expect(outcome).toBeInstanceOf(AssayError)
        expect((outcome as AssayError).problems[0]!.what).toContain(named)
      }
      expect(github.requests.length).toBeLessThan(20)
      expect(await ground.place.head(`new/${ground.place.base}`)).toBeUndefined()
    },
  )
})

const WRITES = Object.entries(CALLS).slice(3, 10)

describe('a promotion of which one write fails', () => {
  it.each(
    WRITES.flatMap(([name, call], row) =>
      divided([502, 'reset', 422] as const, third(row)).map(fault => ({ name, fault, call })),
    ),
  )('for good ($name × $fault) is right after the next run', async ({ name, fault, call }) => {
    const place = await githubPlace(github)
    if (name === 'update') await promote(place, 2)
    github.forget()
    const { named, run: _, ...match } = call
    github.fail({ ...match, fault })

    const outcome = await promote(place, 3).catch((error: AssayError) => error)
    github.forget()
    const healed = await promote(place, 3)

    const said = outcome instanceof AssayError ? outcome.problems[0]!.what : outcome.notes.join()
    expect(said).toContain(named)
    expect(outcome instanceof AssayError).toBe(!['labels', 'reviewers'].includes(name))
    expect(await proposed(place)).toEqual(right(3))
    const { open, closed } = await listed(place)
    expect(closed).toEqual([])
    expect(open).toMatchObject({
      number: healed.pullRequest!.number,
      title: 'churn 3 → production',
      labels: ['promotion'],
      reviewers: ['maintainer'],
    })
  })

  const faults: Fault[] = [502, 'hang', 'reset', 'html', 'truncated', 'secondary-limit']

  it.each(
    WRITES.flatMap(([name, call], row) => divided(faults, third(row)).map(fault => ({ name, fault, call }))),
  )(
    'once, and had its effect ($name × $fault), is not done twice',
    async ({ name, fault, call: { named: _, run: __, ...match } }) => {
      const place = await githubPlace(github)
      if (name === 'update') await promote(place, 2)
      github.forget()
      github.fail({ ...match, fault, takesEffect: fault !== 'secondary-limit', times: 1 })

      const made = await promote(place, 3)

      expect(made.notes).toEqual([])
      expect(await proposed(place)).toEqual(right(3))
      expect((await promote(place, 3)).action).toBe('unchanged')
    },
  )
})
