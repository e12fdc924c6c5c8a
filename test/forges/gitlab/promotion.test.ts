import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import type { PullRequests } from '../../../src/forges/pull-requests.ts'
import { type Fault, isWrite } from '../../support/faults.ts'
import { useGitlab } from '../../support/gitlab.ts'
import { describeOnce, rounds } from '../../support/rounds.ts'
import { type DeployPlace, gitlabPlace } from '../deploy-places.ts'
import { describeAtOnce } from '../promotion-at-once.ts'
import {
  branchOf,
  dies,
  healedPull,
  listed,
  promote,
  proposed,
  RECORD,
  right,
  TEXT,
  write,
} from '../promotion-job.ts'

const gitlab = useGitlab()

const connected = async (place: DeployPlace) => {
  const repository = await place.connect()
  return { repository, pulls: repository.pullRequests as PullRequests }
}
const drafts = async (place: DeployPlace) => place.branches('assay-draft/')

/** Where in a promotion the writes are: commit, push; creation, labels, reviewers, or the new text. */
function writesOf(before: number | undefined): Promise<number[]> {
  const known = writes.get(before) ?? findWrites(before)
  writes.set(before, known)
  return known
}
const writes = new Map<number | undefined, Promise<number[]>>()

async function findWrites(before: number | undefined): Promise<number[]> {
  const place = await gitlabPlace(gitlab)
  if (before !== undefined) await promote(place, before)
  gitlab.forget()
  await promote(place, 3)
  const at = gitlab.requests.flatMap((request, index) => (isWrite(request) ? [index] : []))
  gitlab.forget()
  return at
}

describe.each([
  ['a first promotion', undefined, 5],
  ['a newer release', 2, 3],
])('%s, killed', (_, before, count) => {
  const kills = Array.from({ length: count }, (_, write) => [true, false].map(effect => ({ write, effect })))

  it.each(kills.flat())(
    'at write $write, its effect there: $effect, is healed by the next run',
    async ({ write, effect }) => {
      const places = await writesOf(before)
      const place = await gitlabPlace(gitlab)
      if (before !== undefined) await promote(place, before)
      gitlab.forget()
      gitlab.fail({ fault: 'reset', takesEffect: effect, after: places[write], times: 1 })
      gitlab.fail({ fault: 'reset' })

      const died = await dies(promote(place, 3))
      gitlab.forget()
      const healed = await promote(place, 3)
      const again = await promote(place, 3)

      expect([places.length, died]).toEqual([count, true])
      expect(await proposed(place)).toEqual(right(3))
      const { open, closed } = await listed(place)
      expect(closed).toEqual([])
      expect(open).toMatchObject(healedPull(healed))
      expect(again.action).toBe('unchanged')
    },
  )
})

describeOnce('a draft', () => {
  it('is gone after a promotion', async () => {
    const place = await gitlabPlace(gitlab)

    await promote(place, 2)
    await promote(place, 3)

    expect(await drafts(place)).toEqual([])
  })

  it('that a crash left is taken over by the next promotion of the branch', async () => {
    const place = await gitlabPlace(gitlab)
    gitlab.fail({ path: /git-receive-pack$/, fault: 'reset' })
    const failed = await promote(place, 2).catch((error: unknown) => error)
    gitlab.forget()
    const left = await drafts(place)

    await promote(place, 3)

    expect((failed as AssayError).problems.map(({ what }) => what)).toEqual([
      expect.stringContaining('git-receive-pack'),
      expect.stringMatching(`^the branch ${left[0]} stays: .*git-receive-pack`),
    ])
    expect(left).toHaveLength(1)
    expect(await drafts(place)).toEqual([])
    expect(await proposed(place)).toEqual(right(3))
  })

  it('is gone too where somebody moved the branch meanwhile, which stays as they made it', async () => {
    const place = await gitlabPlace(gitlab)
    const made = await promote(place, 2)
    const { repository } = await connected(place)
    const base = (await place.head(place.base))!
    const theirs = await place.push(place.base, { x: 'y' })
    let pushed = false
    gitlab.before(/git-receive-pack$/, () => {
      pushed = true
      place.pushNow!(branchOf(place), theirs)
    })

    const outcome = await repository.commitFiles({
      branch: branchOf(place),
      expected: made.commit,
      parent: base,
      files: [{ path: RECORD, content: 'version: 9\n' }],
      message: 'late',
    })

    expect(pushed).toBe(true)
    expect(outcome).toEqual({ kind: 'moved', head: theirs })
    expect(await place.head(branchOf(place))).toBe(theirs)
    expect(await drafts(place)).toEqual([])
  })
})

describeOnce('a branch whose lock another push holds', () => {
  const hold = (place: Awaited<ReturnType<typeof gitlabPlace>>) => {
    const refs = join(gitlab.folder, place.repository!, 'refs/heads/assay')
    mkdirSync(refs, { recursive: true })
    const lock = join(refs, `${place.base}.lock`)
    writeFileSync(lock, '')
    return () => rmSync(lock, { force: true })
  }

  it('is waited for', async () => {
    const place = await gitlabPlace(gitlab)
    const release = hold(place)
    gitlab.before(/git-receive-pack$/, () => gitlab.before(/git-receive-pack$/, release))

    expect((await promote(place, 2)).action).toBe('created')
    expect(await proposed(place)).toEqual(right(2))
  })

  it('for ever, is an error that says so', async () => {
    const place = await gitlabPlace(gitlab)
    const release = hold(place)

    await expect(promote(place, 2)).rejects.toMatchObject({
      code: 'FORGE_REJECTED',
      problems: [
        {
          what: expect.stringContaining('cannot lock ref'),
          fix: expect.stringContaining('Another push holds the branch'),
        },
      ],
    })
    release()
  })
})

describeAtOnce(() => gitlabPlace(gitlab), rounds(2, 6))

interface Ground {
  place: DeployPlace
  base: string
  number: number
  head: string
}
let ground: Ground
beforeAll(async () => {
  const place = await gitlabPlace(gitlab)
  const made = await promote(place, 2)
  const base = (await place.head(place.base))!
  ground = { place, base, number: made.pullRequest!.number, head: made.commit! }
})

/** Every call of a promotion: how it is found among the requests, the words for it in an error, what makes it. */
const CALLS = {
  list: {
    method: 'GET',
    path: /\/merge_requests$/,
    named: '/merge_requests',
    run: async ({ place }: Ground) => listed(place),
  },
  branches: {
    path: /\/branches\//,
    named: '/repository/branches',
    run: async ({ place }: Ground) => (await place.connect()).readBranches([place.base]),
  },
  folders: { path: /\/tree$/, named: '/repository/tree', run: write },
  file: {
    path: /\/files\//,
    named: '/repository/files',
    run: async ({ place, base }: Ground) => (await place.connect()).readFiles(base, [RECORD]),
  },
  commit: { method: 'POST', path: /\/repository\/commits$/, named: '/repository/commits', run: write },
  push: { path: /git-receive-pack$/, named: 'git-receive-pack', run: write },
  creation: {
    method: 'POST',
    path: /\/merge_requests$/,
    named: '/merge_requests',
    run: async ({ place }: Ground) =>
      (await connected(place)).pulls.create({ branch: place.base, base: place.base, ...TEXT }),
  },
  update: {
    method: 'PUT',
    path: /\/merge_requests\/\d+$/,
    named: '/merge_requests/',
    run: async ({ place, number }: Ground) => (await connected(place)).pulls.update(number, TEXT),
  },
  labels: {
    method: 'PUT',
    body: /add_labels/,
    named: '/merge_requests/',
    run: async ({ place, number }: Ground) => (await connected(place)).pulls.addLabels(number, ['a']),
  },
  reviewers: {
    method: 'PUT',
    body: /reviewer_ids/,
    named: '/merge_requests/',
    run: async ({ place, number }: Ground) =>
      (await connected(place)).pulls.requestReviewers(number, ['octo']),
  },
  merge: {
    method: 'PUT',
    path: /\/merge$/,
    named: '/merge',
    run: async ({ place, number, head }: Ground) => (await connected(place)).pulls.merge(number, head),
  },
} as const

const FAULTS: Fault[] = [502, 403, 404, 409, 'hang', 'reset', 'html', 'no-id', 'redirect']

describe.each(Object.entries(CALLS))('the call %s that fails for good', (name, { named, run, ...match }) => {
  it.each(FAULTS)('(%s) says which call it was, and claims nothing', async fault => {
    // A list of folders above a file may be missing, a branch too: that is an answer.
    if (fault === 404 && ['branches', 'folders'].includes(name)) fault = 403
    const headers: Record<string, string> = fault === 429 ? { 'retry-after': '1' } : {}
    gitlab.fail({ ...match, fault, headers })

    const outcome = await run(ground).then(
      answer => answer,
      (error: unknown) => error,
    )

    // A merge that the forge refuses is an answer.
    if (name === 'merge' && fault === 409)
      expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining(named) })
    else {
      expect(outcome).toBeInstanceOf(AssayError)
      expect((outcome as AssayError).problems[0]!.what).toContain(named)
    }
    expect(gitlab.requests.length).toBeLessThan(30)
    expect(await ground.place.head(`new/${ground.place.base}`)).toBeUndefined()
  })
})

describeOnce('a merge', () => {
  it('waits for the pipeline where it is asked to, and goes through then', async () => {
    const place = await gitlabPlace(gitlab)
    const made = await promote(place, 2)
    const { pulls } = await connected(place)
    const { statuses } = gitlab.double.state().projects[place.project!]!
    statuses.push({ id: 1, sha: made.commit!, name: 'ci', state: 'running', description: null, url: null })
    const { number } = made.pullRequest!

    const now = await pulls.merge(number, made.commit!)
    const later = await pulls.merge(number, made.commit!, { whenChecksPass: true })
    const checks = (await pulls.ofBranch(branchOf(place), place.base)).open?.checks
    statuses.length = 0
    const merged = await pulls.merge(number, made.commit!, { whenChecksPass: true })
    const { closed } = await pulls.ofBranch(branchOf(place), place.base)

    const commit = await place.head(place.base)
    expect(now).toMatchObject({ kind: 'refused', reason: expect.stringContaining('405') })
    expect(later).toEqual({ kind: 'scheduled' })
    expect(checks).toBe('pending')
    expect(merged).toEqual({ kind: 'merged', commit })
    expect(closed).toMatchObject([
      { state: 'merged', mergeCommit: commit, mergedAt: Date.parse('2026-03-01T12:00:00Z') },
    ])
  })
})

describeOnce('history', () => {
  it('is every version of a file up to a commit, newest first', async () => {
    const place = await gitlabPlace(gitlab)
    const first = (await place.head(place.base))!
    const second = await place.push(place.base, { [RECORD]: 'version: 2\n' })
    await place.push(place.base, { 'README.md': 'other\n' })
    const gone = await place.push(place.base, { [RECORD]: undefined })
    const last = await place.push(place.base, { [RECORD]: 'version: 3\n' })
    const { repository } = await connected(place)
    const { fileHistory } = repository as ReturnType<
      typeof import('../../../src/forges/gitlab/deploy-repository.ts').gitlabDeployRepository
    >

    const [all, none] = (await fileHistory(last, [RECORD, 'no/such'], 100)).values()
    const [two] = (await fileHistory(last, [RECORD], 2)).values()
    const [early] = (await fileHistory(second, [RECORD], 100)).values()

    expect(all!.map(({ commit, text }) => [commit, text])).toEqual([
      [last, 'version: 3\n'],
      [gone, undefined],
      [second, 'version: 2\n'],
      [first, 'version: 1\n'],
    ])
    expect(all![0]!.at).toBe(Date.parse('2026-03-01T12:00:00+01:00'))
    expect(none).toEqual([])
    expect(two).toEqual(all!.slice(0, 2))
    expect(early).toEqual(all!.slice(2))
  })

  it('tells what comes after what', async () => {
    const place = await gitlabPlace(gitlab)
    const first = (await place.head(place.base))!
    const second = await place.push(place.base, { a: 'b' })
    const aside = await place.push('aside', { c: 'd' }, { from: place.base })
    const third = await place.push(place.base, { a: 'c' })
    const { repository } = await connected(place)
    const { contains } = repository as ReturnType<
      typeof import('../../../src/forges/gitlab/deploy-repository.ts').gitlabDeployRepository
    >

    expect(await contains(third, first)).toBe(true)
    expect(await contains(third, third)).toBe(true)
    expect(await contains(first, third)).toBe(false)
    expect(await contains(third, aside)).toBe(false)
    expect(await contains(aside, second)).toBe(true)
    expect(await contains(third, 'f'.repeat(40))).toBe(false)
  })
})

describeOnce('many branches of ours', () => {
  it.each([401, 403, 404])(
    'are read where git answers %d to a token that reads the API alone',
    async status => {
      const place = await gitlabPlace(gitlab)
      const names = ['assay/promote/staging/m', 'assay/promote/production/m', 'assay/hold/staging/m']
      await place.push(names[1]!, { 'a.txt': '' }, { from: place.base })
      const repository = await place.connect()
      const known = await repository.readBranches(['main', ...names])
      expect([...known].map(([name, head]) => [name, head !== undefined])).toEqual([
        ['main', true],
        [names[0], false],
        [names[1], true],
        [names[2], false],
      ])

      gitlab.fail({ method: 'POST', path: /git-upload-pack$/, fault: status })
      expect(await (await place.connect()).readBranches(['main', ...names])).toEqual(known)
      gitlab.forget()
    },
  )
})
