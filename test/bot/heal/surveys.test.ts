import { describe, expect, it } from 'vitest'
import { surveysOf } from '../../../bot/heal/surveys.ts'
import { type Key, keyName } from '../../../src/commands/bot/keys.ts'
import { surveyRepositories } from '../../../src/forges/github/app/survey.ts'
import type { Graphql } from '../../../src/forges/github/graphql.ts'
import type { SeenPull, SeenRepository } from '../../../src/forges/survey.ts'

const MINUTE = 60_000
const START = Date.parse('2026-06-01T12:00:00Z')

function repository(name: string, more: Partial<SeenRepository> = {}): SeenRepository {
  return { name, files: new Set(), pulls: [], branches: [], runs: [], ...more }
}

function pull(number: number, more: Partial<SeenPull> = {}): SeenPull {
  return {
    number,
    state: 'open',
    branch: 'change',
    isFork: false,
    head: 'a'.repeat(40),
    changedAt: START,
    written: [],
    runs: [],
    ...more,
  }
}

const command = (id: number, at: number) =>
  ({ writtenAs: 'comment', id, at, body: '/assay help', author: 'person' }) as const

/** Surveys of what `shown` says. */
function scene(shown: { repositories: SeenRepository[]; unseen?: string[] }) {
  let now = START
  const added: Key[] = []
  const looked = new Map<string, number>()
  const asked: number[] = []
  const surveys = surveysOf(
    {
      forge: 'github',
      async survey({ writtenSince }) {
        asked.push(writtenSince('acme/model'))
        return { unseen: [], spared: 0, ...shown }
      },
    },
    {
      now: () => now,
      add: key => void added.push(key),
      lookedSince: (key, time) => (looked.get(keyName(key)) ?? 0) >= time,
    },
  )
  return {
    asked,
    looked,
    surveys,
    pass(milliseconds: number) {
      now += milliseconds
    },
    /** What the next round names. */
    async next() {
      added.length = 0
      const round = await surveys.round()
      return { ...round, keys: added.map(key => ('id' in key ? key.id : keyName(key))) }
    },
  }
}

describe('a survey', () => {
  it('names what waits longest first, leaves what is too much for one round, and goes on with it', async () => {
    const ids = Array.from({ length: 130 }, (_, at) => at + 1)
    const written = ids.map(id => command(id, START - id * 1000))
    const { next } = scene({ repositories: [repository('acme/model', { pulls: [pull(1, { written })] })] })
    const first = await next()
    expect(first).toMatchObject({ found: 100, left: 30 })
    expect(first.keys.filter(key => typeof key === 'number')).toEqual(ids.toReversed().slice(0, 100))
    expect(await next()).toMatchObject({ found: 30, left: 0 })
    expect(await next()).toMatchObject({ found: 0, left: 0, keys: [] })
  })

  it('does not name what the look of an event has seen, nor a command that is answered', async () => {
    const answer = `<!-- assay:note reply-comment-2-to-7-at-${START} -->\nada, \`help\`:`
    const written = [
      command(1, START),
      command(2, START),
      command(3, START),
      { ...command(4, START), body: answer, author: 'own' as const },
      { ...command(5, START), body: answer.replace('comment-2', 'comment-3') },
      { ...command(6, START), author: 'other' as const },
    ]
    const { next, looked } = scene({
      repositories: [repository('acme/model', { pulls: [pull(1, { written })] })],
    })
    const model = { forge: 'github', name: 'acme/model' } as const
    const key = { kind: 'comment', repository: model, pullRequest: 1, id: 1, writtenAs: 'comment' } as const
    looked.set(keyName(key), START + 1)
    // Whoever pretends to be the bot keeps nothing from being answered.
    expect((await next()).keys.filter(one => typeof one === 'number')).toEqual([3])
  })

  it('names a run that ended after its report, once', async () => {
    const runs = [
      { id: 1, endedAt: START - MINUTE, isReported: true },
      { id: 2, endedAt: START - MINUTE, isReported: false },
    ]
    const shown = { repositories: [repository('acme/model', { pulls: [pull(1, { runs, changedAt: 0 })] })] }
    const { next } = scene(shown)
    expect((await next()).keys).toEqual([2])
    expect((await next()).keys).toEqual([])
    shown.repositories = [
      repository('acme/model', {
        pulls: [pull(1, { runs: [{ ...runs[1]!, endedAt: START }], changedAt: 0 })],
      }),
    ]
    expect((await next()).keys).toEqual([2])
  })

  it('names what ran in a fork by its pull request, also where all runs of the repository are looked at', async () => {
    const runs = [{ id: 7, endedAt: START - MINUTE, isReported: false, isElsewhere: true as const }]
    const shown = { repositories: [repository('acme/model', { pulls: [pull(3, { runs, isFork: true })] })] }
    const model = { forge: 'github', name: 'acme/model' } as const
    const { next } = scene(shown)
    expect((await next()).keys).toEqual([keyName({ kind: 'runs', repository: model }), 7])
    shown.repositories[0]!.pulls[0]!.state = 'closed'
    expect((await next()).keys).toEqual([])
    const of = { kind: 'run', repository: model, id: 7 } as const
    expect(keyName({ ...of, pullRequest: 3 })).not.toBe(keyName(of))
  })

  it('names a deploy repository at the start, when its branch has moved, and every hour', async () => {
    const files = new Set(['assay-deploy.yml'])
    const at = (commit: string) => [
      repository('acme/deploy', { files, head: { branch: 'main', commit, at: 0 } }),
      repository('acme/other', { head: { branch: 'main', commit, at: 0 } }),
    ]
    const shown = { repositories: at('1') }
    const { next, pass } = scene(shown)
    const deploy = keyName({ kind: 'promotion', deploy: { forge: 'github', name: 'acme/deploy' } })
    expect((await next()).keys).toEqual([deploy])
    expect((await next()).keys).toEqual([])
    shown.repositories = at('2')
    expect((await next()).keys).toEqual([deploy])
    pass(60 * MINUTE)
    expect((await next()).keys).toEqual([deploy])
  })

  it('has people answered before old retrainings are looked at, of which there is one look a repository', async () => {
    const files = new Set(['assay.yml'])
    const branches = (model: number, many = 24) =>
      Array.from(
        { length: many },
        (_, at) => `assay/retrain-m${model}-2024-01-01-${`${at}`.padStart(7, '0')}`,
      )
    const repositories = Array.from({ length: 20 }, (_, at) =>
      repository(`acme/model-${at}`, { files, branches: branches(at) }),
    )
    const written = Array.from({ length: 130 }, (_, at) => command(at + 1, START - at))
    repositories[7]!.pulls = [pull(1, { written })]
    const { next } = scene({ repositories })
    const rounds = [await next(), await next(), await next()]
    const ofPeople = rounds.map(({ keys }) => keys.filter(key => typeof key === 'number').length)
    expect(ofPeople).toEqual([90, 40, 0])
    const of = (at: number) =>
      keyName({ kind: 'retrainings', repository: { forge: 'github', name: `acme/model-${at}` } })
    const looks = rounds.map(({ keys }) => keys.filter(key => `${key}`.startsWith('["retraining')))
    expect(looks.map(({ length }) => length)).toEqual([10, 10, 0])
    expect(looks.flat()).toEqual(repositories.map((_, at) => of(at)))
    expect(rounds.map(({ left }) => left)).toEqual([50, 0, 0])

    // One that is begun later is looked at by itself.
    repositories[3]!.branches.push('assay/retrain-m3-2026-05-01-0000001')
    const key = JSON.parse((await next()).keys[0] as string) as string[]
    expect([key[0], key.at(-1)]).toEqual(['retraining', 'assay/retrain-m3-2026-05-01-0000001'])
  })

  it('has retrainings of which there are more than it shows looked at once an hour', async () => {
    const files = new Set(['assay.yml'])
    const branches = ['2024-01-01-0000001', '2024-01-02-0000001'].map(version => `assay/retrain-m-${version}`)
    const { next, pass } = scene({
      repositories: [repository('acme/model', { files, branches, isCut: true })],
    })
    const all = keyName({ kind: 'retrainings', repository: { forge: 'github', name: 'acme/model' } })
    expect((await next()).keys).toEqual([all])
    expect(await next()).toMatchObject({ keys: [], cut: 1 })
    pass(60 * MINUTE)
    expect((await next()).keys).toEqual([all])
  })

  it('has what could not be seen looked at in the full look, which says what is wrong', async () => {
    const { next } = scene({ repositories: [], unseen: ['acme/deploy'] })
    const deploy = { forge: 'github', name: 'acme/deploy' } as const
    expect((await next()).keys).toEqual([
      keyName({ kind: 'promotion', deploy }),
      keyName({ kind: 'runs', repository: deploy }),
    ])
    expect(await next()).toMatchObject({ keys: [], unseen: 1 })
  })

  it('asks about what was written since the newest that was seen, by the clock of the forge', async () => {
    const ahead = START + 10 * MINUTE
    const shown = {
      repositories: [repository('acme/model', { pulls: [pull(1, { changedAt: START - MINUTE })] })],
    }
    const { next, asked, pass } = scene(shown)
    await next()
    pass(5 * MINUTE)
    await next()
    shown.repositories = [repository('acme/model', { pulls: [pull(1, { changedAt: ahead })] })]
    await next()
    await next()
    expect(asked.slice(1)).toEqual([START - 3 * MINUTE, START - 3 * MINUTE, START + 3 * MINUTE])
  })
})

describe('a survey of repositories of GitHub', () => {
  const question = { files: ['assay.yml'], prefix: 'assay/retrain-', writtenSince: () => 0, endedSince: 0 }
  const surveyor = { app: 77, slug: 'assay', may: { checks: true, runs: true } }
  const brief = {
    defaultBranchRef: {
      name: 'main',
      target: { oid: 'a'.repeat(40), committedDate: '1970-01-01T00:00:00Z' },
    },
    f0: { oid: 'b'.repeat(40) },
    refs: { nodes: [{ name: 'retrain-fraud-2026-05-01-0000001' }, { name: 'other' }] },
    pullRequests: { nodes: [] },
  }

  it('leaves out one that is gone, and makes a call that is too much of half as many', async () => {
    const sizes: number[] = []
    const graphql = (async (_: string, variables: Record<string, unknown>) => {
      const names = Object.entries(variables).filter(([key]) => /^n\d+$/.test(key))
      sizes.push(names.length)
      if (names.length > 10) throw { errors: [{ message: 'Something went wrong' }], data: null }
      const data = Object.fromEntries(
        names.map(([key, name]) => [`r${key.slice(1)}`, name === 'gone' ? null : brief]),
      )
      const errors = names.flatMap(([key, name]) =>
        name === 'gone' ? [{ type: 'NOT_FOUND', path: [`r${key.slice(1)}`], message: 'no' }] : [],
      )
      if (errors.length > 0) throw { errors, data }
      return data
    }) as unknown as Graphql
    const names = [...Array.from({ length: 19 }, (_, at) => `acme/model-${at}`), 'acme/gone']
    const { repositories, unseen } = await surveyRepositories(
      graphql,
      names,
      { ...question, endedSince: 1 },
      surveyor,
    )
    expect(sizes).toEqual([20, 10, 10])
    expect(unseen).toEqual(['acme/gone'])
    expect(repositories).toHaveLength(19)
    expect(repositories[0]).toMatchObject({
      name: 'acme/model-0',
      files: new Set(['assay.yml']),
      branches: ['assay/retrain-fraud-2026-05-01-0000001'],
    })
  })

  describe('of which some have more branches than a first list shows', () => {
    const names = (count: number, from = 0) =>
      Array.from({ length: count }, (_, at) => ({
        name: `retrain-m-2026-05-01-${String(from + at).padStart(7, '0')}`,
      }))
    /** A GitHub that has so many of each repository, and fails at the rest of some. */
    function github(counts: Record<string, number>, failing: readonly string[] = []) {
      const calls: string[][] = []
      const graphql = (async (query: string, variables: Record<string, unknown>) => {
        const asked = Object.entries(variables).filter(([key]) => /^n\d+$/.test(key)) as [string, string][]
        const isFirst = query.startsWith('query Survey')
        if (!isFirst) calls.push(asked.map(([, name]) => name))
        if (!isFirst && asked.some(([, name]) => failing.includes(name)))
          throw { errors: [{ message: 'Something went wrong' }], data: null }
        return Object.fromEntries(
          asked.map(([key, name]) => {
            const index = key.slice(1)
            const from = isFirst ? 0 : Number(variables[`a${index}`])
            const end = Math.min(counts[name]!, from + (isFirst ? 20 : 100))
            const refs = {
              nodes: names(end - from, from),
              pageInfo: { hasNextPage: end < counts[name]!, endCursor: `${end}` },
            }
            return [`r${index}`, isFirst ? { ...brief, refs } : { refs }]
          }),
        )
      }) as unknown as Graphql
      return { graphql, calls }
    }
    const survey = ({ graphql }: ReturnType<typeof github>, of: readonly string[]) =>
      surveyRepositories(
        graphql,
        of.map(name => `acme/${name}`),
        { ...question, endedSince: 1 },
        surveyor,
      )

    it('reads the rest of them, of all in one call', async () => {
      const server = github({ few: 20, some: 21, more: 300 })
      const { repositories } = await survey(server, ['few', 'some', 'more'])
      expect(repositories.map(({ branches, isCut }) => [new Set(branches).size, isCut])).toEqual([
        [20, undefined],
        [21, undefined],
        [300, undefined],
      ])
      expect(server.calls).toEqual([['some', 'more'], ['more'], ['more']])
    })

    it('reads no end of them, and says so', async () => {
      const { repositories } = await survey(github({ endless: 5000 }), ['endless'])
      expect(repositories[0]!.branches).toHaveLength(1020)
      const shown = { repositories }
      const { next } = scene(shown)
      expect(await next()).toMatchObject({ cut: 1 })
      shown.repositories = [repository('acme/model')]
      expect(await next()).toMatchObject({ cut: 0 })
    })

    it('has not seen one whose rest it could not see', async () => {
      const server = github({ fails: 30, works: 30 }, ['fails'])
      const { repositories, unseen } = await survey(server, ['fails', 'works'])
      expect(unseen).toEqual(['acme/fails'])
      expect(repositories.map(({ name, branches }) => [name, branches.length])).toEqual([['acme/works', 30]])
    })
  })

  it('is given up where everything fails: what cannot be seen together is not asked for one by one', async () => {
    let calls = 0
    const graphql = (async () => {
      calls++
      throw { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }], data: null }
    }) as unknown as Graphql
    const names = Array.from({ length: 200 }, (_, at) => `acme/model-${at}`)
    const { repositories, unseen } = await surveyRepositories(graphql, names, question, surveyor)
    expect(repositories).toEqual([])
    expect(unseen).toHaveLength(200)
    expect(calls).toBeLessThanOrEqual(20)
  })

  it('has not seen a repository of which it could not see what was written', async () => {
    const changed = new Date(START).toISOString()
    const listed = {
      number: 1,
      state: 'OPEN',
      updatedAt: changed,
      headRefName: 'x',
      headRefOid: 'c',
      isCrossRepository: false,
    }
    const told = {
      pullRequest: {
        comments: {
          nodes: [
            {
              fullDatabaseId: '7',
              body: '/assay help',
              createdAt: changed,
              author: { __typename: 'User', login: 'ada' },
            },
          ],
        },
        reviews: { nodes: [] },
        commits: { nodes: [{ commit: { suites: { nodes: [] }, own: { nodes: [] } } }] },
      },
    }
    const graphql = (async (query: string, variables: Record<string, unknown>) => {
      const names = Object.entries(variables).filter(([key]) => /^n\d+$/.test(key))
      const isBrief = query.startsWith('query Survey')
      if (!isBrief && names.some(([, name]) => name === 'hidden'))
        throw { errors: [{ type: 'FORBIDDEN', message: 'no' }], data: null }
      const answer = isBrief ? { ...brief, pullRequests: { nodes: [listed] } } : told
      return Object.fromEntries(names.map(([key]) => [`r${key.slice(1)}`, answer]))
    }) as unknown as Graphql
    const { repositories, unseen } = await surveyRepositories(
      graphql,
      ['acme/seen', 'acme/hidden'],
      question,
      surveyor,
    )
    expect(unseen).toEqual(['acme/hidden'])
    expect(repositories.map(({ pulls }) => pulls[0]!.written)).toEqual([
      [{ writtenAs: 'comment', id: 7, at: START, body: '/assay help', author: 'person' }],
    ])
  })
})
