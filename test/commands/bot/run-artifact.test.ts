import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { zipOf } from '../../../emulator/github/actions/zip.ts'
import { resultsOf } from '../../../src/commands/bot/reports/run-artifact.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import type { Artifact, CiRun, CiRuns } from '../../../src/forges/ci-runs.ts'
import { FORK_RUN, leaving } from '../../support/left-artifact.ts'
import { longestTurn } from '../../support/longest-turn.ts'
import { profileOf } from '../../support/profiles.ts'
import { result } from '../../support/results.ts'

const MIB = 1024 * 1024
const list = (entry: string, most = MIB - 8000) =>
  `[${Array(Math.floor(most / (entry.length + 1)))
    .fill(entry)
    .join(',')}]`
/** A result whose key has this as its value. */
const withValue = (key: string, json: string) =>
  JSON.stringify({ ...result(), [key]: '@' }).replace(`"${key}":"@"`, `"${key}":${json}`)
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const keys = `{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":0`).join(',')}}`

describe('a hostile result', () => {
  it.each<[string, string]>([
    ['of nothing but zeros', list('0')],
    ['of zeros for metrics', withValue('metrics', list('0'))],
    ['of nothing for metrics', withValue('metrics', list('{}'))],
    ['of more warnings than anybody reads', withValue('warnings', list('""'))],
    ['of metrics without an end', withValue('metrics', list(JSON.stringify(result().metrics[4])))],
    [
      'of slices without an end',
      withValue('slices', list('{"metric":"a","column":"a","value":"b","rows":1,"outcome":"fail"}')),
    ],
    ['of keys of tomorrow', withValue('more', keys)],
    ['of tomorrow, and deep', withValue('more', deep(400_000))],
    ['that is deep', deep(500_000)],
    ['of text', withValue('notes', JSON.stringify('x'.repeat(900_000)))],
    ['cut short', JSON.stringify(result()).slice(0, 900)],
  ])('%s is refused in words and keeps nobody waiting', async (_, text) => {
    let problems: string[] = []
    const turn = () =>
      longestTurn(async () => {
        const found = await resultsOf(leaving(zipOf({ 'result.json': text })), FORK_RUN)
        problems = found!.problems.map(({ code }) => code)
      })
    // The best of three: other work on the machine takes from the caches of this.
    const longest = Math.min(await turn(), await turn(), await turn())

    expect(problems).toEqual(['RESULT_INVALID'])
    expect(longest).toBeLessThan(100)
  })

  it('is each of two of one model, and the others count', async () => {
    const other = { ...result(), model: 'fraud' }
    const files = {
      'result.json': JSON.stringify(result()),
      'late-flights/result.json': JSON.stringify(result({ verdict: 'fail' })),
      'fraud/result.json': JSON.stringify(other),
    }
    const found = await resultsOf(leaving(zipOf(files)), FORK_RUN)

    expect(found!.results.map(({ model }) => model)).toEqual(['fraud'])
    expect(found!.problems.map(({ problems }) => problems[0]!.what)).toEqual([
      'there are two results of late-flights',
    ])
  })
})

describe('a flood of results', () => {
  it('is said in as many sentences as somebody reads', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`m${at}/result.json`, '{"metrics":[1,1,1]}']),
    )
    const { results, problems } = (await resultsOf(leaving(zipOf(files)), FORK_RUN))!

    const said = problems.flatMap(one => one.problems.map(({ what }) => what))
    expect([results, said.length, said.at(-1)]).toEqual([[], 25, expect.stringMatching(/^and \d{4} more$/)])
  })

  it('lets others go first before each of them, whatever the one before was', async () => {
    let turns = 0
    let isOver = false
    const turn = () => {
      turns++
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    const read: number[] = []
    const run: CiRun = {
      ...FORK_RUN,
      // What each result is held against.
      get headSha() {
        read.push(turns)
        return FORK_RUN.headSha
      },
    }
    const models = Array.from({ length: 60 }, (_, at) => `m${at}`)
    const text = (model: string) => JSON.stringify({ ...result(), model })
    const files = Object.fromEntries(models.map(model => [`${model}/result.json`, text(model)]))
    const found = await resultsOf(leaving(zipOf(files)), run)
    isOver = true

    expect(found!.results).toHaveLength(60)
    const each = read.slice(-60)
    expect(each.filter((at, index) => index > 0 && at <= each[index - 1]!)).toEqual([])
  })
})

describe('what a run left', () => {
  const bytes = zipOf({ 'result.json': JSON.stringify(result()) })

  it.each<[string, Partial<Artifact>]>([
    ['in an attempt before', { createdAt: 999 }],
    ['of another commit', { headSha: 'a'.repeat(40) }],
  ])('%s is nothing', async (_, more) => {
    expect(await resultsOf(leaving(bytes, more), FORK_RUN)).toBeUndefined()
  })

  it('and has expired is said so', async () => {
    const { results, problems } = (await resultsOf(leaving(bytes, { expired: true }), FORK_RUN))!
    expect([results, problems.map(({ code }) => code)]).toEqual([[], ['ARTIFACT_GONE']])
  })
})

describe('what several jobs of a run left', () => {
  const jobs = (all: { job: string; files: Record<string, string>; expired?: boolean }[]): CiRuns => {
    const [one] = all.map(({ files }) => leaving(zipOf(files)))
    const archives = all.map(({ files }) => zipOf(files))
    return {
      ...one!,
      artifacts: async () => {
        const [left] = await one!.artifacts(1, 'assay-result')
        return all.map(({ job, expired = false }, id) => ({
          ...left!,
          id,
          job,
          expired,
          fromRoot: true as const,
        }))
      },
      download: async ({ id }) => archives[id]!,
    }
  }
  const of = (model: string) => ({ [`out/${model}/result.json`]: JSON.stringify({ ...result(), model }) })

  it('is read of each, and what one left badly keeps no other from its verdict', async () => {
    const found = await resultsOf(
      jobs([
        { job: 'flights', files: of('late-flights') },
        { job: 'fraud', files: of('fraud') },
        { job: 'empty', files: { 'out/report.html': '' } },
        { job: 'gone', files: of('gone'), expired: true },
      ]),
      FORK_RUN,
    )
    expect(found!.results.map(({ model }) => model)).toEqual(['late-flights', 'fraud'])
    expect(found!.problems.map(({ code }) => code)).toEqual(['RESULT_INVALID', 'ARTIFACT_GONE'])
  })

  it('is the newest of each job, and nobody’s where two jobs speak of one model', async () => {
    const again = jobs([
      { job: 'flights', files: of('late-flights') },
      { job: 'flights', files: of('other') },
    ])
    expect((await resultsOf(again, FORK_RUN))!.results.map(({ model }) => model)).toEqual(['late-flights'])
    const twice = jobs([
      { job: 'a', files: of('late-flights') },
      { job: 'b', files: of('late-flights') },
    ])
    expect(await resultsOf(twice, FORK_RUN)).toMatchObject({
      results: [],
      problems: [{ problems: [{ what: 'there are two results of late-flights' }] }],
    })
  })
})

describe('a profile beside a result', () => {
  const own = profileOf({ model: result().model })
  const text = renderProfile(own)
  const hash = createHash('sha256').update(text).digest('hex')
  const facts = { hash, rows: 1000, features: 2, advice: [] }
  const judged = JSON.stringify({ ...result(), profile: facts })
  const read = async (files: Record<string, string>) => {
    const found = await resultsOf(leaving(zipOf(files)), FORK_RUN)
    return { problems: found!.problems.map(({ code }) => code), profile: found!.results[0]?.profile }
  }

  it.each([
    ['at the root', { 'result.json': judged, 'model-profile.json': text }],
    ['in a folder', { 'late-flights/result.json': judged, 'late-flights/model-profile.json': text }],
    [
      'in another folder, which is looked at by nobody',
      { 'result.json': judged, 'a/b/model-profile.json': 'x' },
    ],
    ['nowhere', { 'result.json': judged }],
  ])('is believed %s', async (_, files) => {
    expect(await read(files)).toEqual({ problems: [], profile: facts })
  })

  it.each([
    ['of another hash', `${text} `, 'is not the file that the result was written with'],
    ['of another model', renderProfile(profileOf({ model: 'churn' })), 'is of another model, churn'],
    ['no JSON', '<script>', 'it is not JSON, or cut off'],
    [
      'of nothing but zeros',
      `{"version":1,"features":${list('0', 900_000)}}`,
      'features, and there may be 2,000',
    ],
    [
      'nested without an end',
      `{"version":1,"features":${deep(400_000)}}`,
      'model-profile.json is not a profile',
    ],
  ])('that is %s leaves the verdict, and the report without a profile', async (_, content, why) => {
    const found = await read({ 'result.json': judged, 'model-profile.json': content })

    expect(found).toEqual({ problems: [], profile: { advice: [expect.stringContaining(why)] } })
  })
})
