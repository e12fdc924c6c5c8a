import { describe, expect, it } from 'vitest'
import { type AskPrometheus, seenInPrometheus } from '../../../src/commands/drift/prometheus-source.ts'
import { profileHash } from '../../../src/core/traffic/profile/profile-file.ts'
import type { Sample } from '../../../src/core/traffic/seen/prometheus-answer.ts'
import {
  type CountsOf,
  countsQuery,
  knownQuery,
  lastBeforeQuery,
  totalsQuery,
} from '../../../src/core/traffic/seen/prometheus-query.ts'
import type { Seen } from '../../../src/core/traffic/seen/seen.ts'
import { profileOf } from '../../support/profiles.ts'

/** What is asked of Prometheus when, and what is made of the answers; a real one is in the long run. */

const NOW = Date.parse('2026-05-20T12:00:00Z')
const SECONDS = NOW / 1000
const MINUTES = { breakage: 60, shift: 120, concept: 10_080, quiet: 60 }
const PROFILE = profileOf({
  features: [{ name: 'age', type: 'number', edges: [40], counts: [500, 500], missing: 0 }],
  score: undefined,
  prediction: undefined,
})
const OF: CountsOf = { model: 'churn', release: 'v1', environment: 'production' }
const BINS = ['0', '1', '__missing__', '__new__']

const sample = (labels: Record<string, string>, value: number): Sample => ({
  labels,
  value,
})
/** Counters at a time: so many rows below 40, so many above. */
const counters = (
  at: string,
  below: number,
  above: number,
  whose = { release: 'v1', environment: 'production' },
) => [
  ...[below, above, 0, 0].map((value, bin) =>
    sample({ at, ...whose, feature: 'age', bin: BINS[bin]! }, value),
  ),
  sample({ at, ...whose, result: 'counted' }, below + above),
]
const process = (startedMinutesAgo: number) => [
  sample({ at: 'scraped' }, SECONDS - 10),
  sample({ at: 'started' }, SECONDS - 60 * startedMinutesAgo),
]

const COUNTS = countsQuery(OF, { features: [60, 120], events: [60, 120, 10_080], labels: [] })

/** Answers of a Prometheus by the question, and the questions in their order. */
async function seen(answers: Record<string, Sample[]>, of = OF): Promise<{ seen: Seen; asked: string[] }> {
  const asked: string[] = []
  const ask: AskPrometheus = async query => {
    asked.push(query)
    return { samples: answers[query] ?? [] }
  }
  return { seen: (await seenInPrometheus(ask, of, PROFILE, MINUTES, NOW)) as Seen, asked }
}
const age = ({ windows }: Seen, window: 'shift' | 'breakage') => windows[window]!.features.get('age')!.counts

describe('the counters of Prometheus', () => {
  it('tell nothing where they are in the bins of another profile, though these have the same names', async () => {
    const by = (profile: typeof PROFILE) =>
      seen({
        [COUNTS]: [
          ...counters('now', 50, 70),
          ...counters('60', 40, 45),
          ...counters('120', 10, 5),
          ...process(900),
          sample(
            { at: 'profiled', release: 'v1', environment: 'production', profile: profileHash(profile) },
            1,
          ),
        ],
      })
    const age = { ...PROFILE.features[0]!, edges: [400] } as (typeof PROFILE.features)[0]

    expect((await by(PROFILE)).seen.release).toBe('v1')
    expect((await by({ ...PROFILE, features: [age] })).seen).toEqual({
      failed: expect.stringContaining('Prometheus cannot tell: it counts in the bins of another profile'),
    })
    expect(COUNTS).toContain('assay_profile_info{model="churn",release="v1"')
  })

  it('are the rows of a window by their difference, in one question', async () => {
    const { seen: told, asked } = await seen({
      [COUNTS]: [
        ...counters('now', 50, 70),
        ...counters('60', 40, 45),
        ...counters('120', 10, 5),
        ...process(900),
      ],
    })

    expect(asked).toEqual([COUNTS])
    expect(age(told, 'shift')).toEqual([40, 65, 0, 0])
    expect(age(told, 'breakage')).toEqual([10, 25, 0, 0])
    expect(told.windows.quiet!.events!.get('counted')).toBe(35)
    expect(told).toMatchObject({ asOf: NOW - 10_000, release: 'v1', environment: 'production', notes: [] })
  })

  it('add what the process before had counted, of each that began in the window', async () => {
    const ended = (minutes: number) => lastBeforeQuery(OF, (120 - minutes) * 60)
    const { seen: told, asked } = await seen({
      [COUNTS]: [
        ...counters('now', 3, 4),
        ...counters('60', 20, 30),
        ...counters('120', 10, 5),
        ...process(30),
      ],
      [ended(30)]: [...counters('now', 7, 1), sample({ at: 'started' }, SECONDS - 60 * 50)],
      [ended(50)]: [...counters('now', 22, 33), sample({ at: 'started' }, SECONDS - 60 * 500)],
    })

    expect(asked).toHaveLength(3)
    expect(age(told, 'shift')).toEqual([3 + 7 + 22 - 10, 4 + 1 + 33 - 5, 0, 0])
    expect(age(told, 'breakage')).toEqual([3 + 7 + 22 - 20, 4 + 1 + 33 - 30, 0, 0])
    expect(told.notes[0]).toContain('began anew 2 times in the window, last at 2026-05-20 11:30 UTC')
  })

  it.each<[string, (one: Sample) => boolean]>([
    ['when it was read', ({ labels }) => labels.at === 'scraped'],
    ['when counting began', ({ labels }) => labels.at === 'started'],
    ['how many events there were', ({ labels }) => labels.result !== undefined],
    ['anything', () => true],
  ])('tell nothing where no number says %s', async (_, isIt) => {
    const all = [...counters('now', 50, 70), ...counters('60', 40, 45), ...process(900)]
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const told = await seen({ [COUNTS]: all.map(one => (isIt(one) ? { ...one, value } : one)) })

      expect(told.seen).toEqual({
        failed: expect.stringMatching(`Prometheus cannot tell: it has ${value} where the (time|number) `),
      })
    }
  })

  it('begin at 0 where nobody counted before', async () => {
    const { seen: told } = await seen({ [COUNTS]: [...counters('now', 3, 4), ...process(30)] })

    expect(age(told, 'shift')).toEqual([3, 4, 0, 0])
    expect(told.windows.shift.since).toBe(NOW - 30 * 60_000)
    expect(told.notes).toEqual([
      'Counts are known from 2026-05-20 11:30 UTC on; the window would begin at 2026-05-20 10:00 UTC.',
    ])
  })

  it('begin at what is known first where nothing is known of when the window began', async () => {
    const first = SECONDS - 60 * 100
    const { seen: told } = await seen({
      [COUNTS]: [...counters('now', 50, 70), ...counters('60', 40, 45), ...process(900)],
      [knownQuery(OF, [120])]: [sample({ at: '120' }, first)],
      [totalsQuery(OF)]: counters('now', 30, 20),
    })

    expect(age(told, 'shift')).toEqual([20, 50, 0, 0])
    expect(told.windows.shift.since).toBe(first * 1000)
    expect(age(told, 'breakage')).toEqual([10, 25, 0, 0])
  })

  it('of a collector that says no environment count where there are no others', async () => {
    const none = { release: 'v1', environment: '' }
    const all = [
      ...counters('now', 50, 70),
      ...counters('60', 40, 45),
      ...counters('120', 10, 5),
      ...process(900),
    ]
    const silent = ['now', '60', '120'].flatMap(at => counters(at, 9, 9, none))
    expect(age((await seen({ [COUNTS]: [...silent, ...all] })).seen, 'shift')).toEqual([40, 65, 0, 0])
    expect((await seen({ [COUNTS]: [...silent, ...process(900)] })).seen.environment).toBeUndefined()
  })

  it('of the one release are found without its name, beside what the collector counts of none', async () => {
    const of = { model: 'churn', environment: 'production' }
    const query = countsQuery(of, { features: [60, 120], events: [60, 120, 10_080], labels: [] })
    const strays = ['unknown_model', 'no_profile', 'rejected', 'dropped'].flatMap(result => [
      sample({ at: 'now', environment: 'production', result }, 7),
      sample({ at: 'now', environment: 'staging', result }, 7),
    ])
    const whole = [
      ...counters('now', 50, 70),
      ...counters('60', 40, 45),
      ...counters('120', 10, 5),
      sample({ at: 'now', release: 'v1', environment: 'production', result: 'rejected' }, 3),
      sample({ at: '60', release: 'v1', environment: 'production', result: 'rejected' }, 1),
      ...process(900),
    ]

    const { seen: told } = await seen({ [query]: [...strays, ...whole, ...strays] }, of)
    expect(told).toMatchObject({ release: 'v1', environment: 'production' })
    expect(age(told, 'shift')).toEqual([40, 65, 0, 0])
    expect(told.windows.quiet!.events!.get('rejected')).toBe(2)
  })

  it.each<[string, CountsOf, Sample[], string]>([
    [
      'several releases',
      { model: 'churn' },
      [...counters('now', 1, 1), ...counters('now', 1, 1, { release: 'v2', environment: 'production' })],
      'it counts several releases of churn: v1, v2; name one with `--release`',
    ],
    [
      'several environments',
      { model: 'churn', release: 'v1' },
      [...counters('now', 1, 1), ...counters('now', 1, 1, { release: 'v1', environment: 'staging' })],
      'several environments (production, staging)',
    ],
  ])('of %s are none', async (_, of, samples, why) => {
    const query = countsQuery(of, { features: [60, 120], events: [60, 120, 10_080], labels: [] })
    expect((await seen({ [query]: [...samples, ...process(900)] }, of)).seen).toMatchObject({
      failed: expect.stringContaining(why),
    })
  })

  it('of a collector that does not stay up are none', async () => {
    const ask: AskPrometheus = async (_, at) => ({
      samples: [
        ...counters('now', 1, 1),
        sample({ at: 'scraped' }, at / 1000),
        sample({ at: 'started' }, at / 1000 - 60),
      ],
    })
    expect(await seenInPrometheus(ask, OF, PROFILE, MINUTES, NOW)).toMatchObject({
      failed: expect.stringContaining('began anew more than 20 times'),
    })
  })

  it('are asked for by names that no quote or pattern in them can change', () => {
    const query = countsQuery(
      { model: 'a"b\\c', release: 'v1\n', environment: 'eu.west' },
      { features: [60], events: [60], labels: [] },
    )
    expect(query).toContain('{model="a\\"b\\\\c",release="v1\\n",environment=~"eu\\\\.west|"}')
  })
})
