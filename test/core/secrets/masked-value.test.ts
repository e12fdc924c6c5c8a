import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ReleaseRecord } from '../../../src/core/release/record.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { maskedValue, maskOf } from '../../../src/core/secrets/masked-value.ts'
import { secretsFromEnv } from '../../../src/core/secrets/secrets.ts'
import { ModelProfile } from '../../../src/core/traffic/profile/profile.ts'
import { parseProfile, renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { parseResult } from '../../../src/core/verdict/parse-result.ts'
import { Result } from '../../../src/core/verdict/result.ts'
import { profileOf } from '../../support/profiles.ts'
import { releaseOf } from '../../support/releases.ts'
import { STATES } from '../../support/report-states.ts'
import { result } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const TOKEN = 'tZ8q-19aa-Wx77-kkP0-45'

type Environment = Record<string, string>

function masked<T>(schema: Parameters<typeof maskedValue<T>>[0], value: T, env: Environment): T {
  return maskedValue(schema, value, maskOf(secretsFromEnv(env)))
}

/** Every text that stands in a value, whole. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
}

/** What must stay whatever the environment holds: it is compared, looked up, or deployed. */
function exactOf({ model, verdict, state, metrics, gates, candidate, run, configuration }: Result) {
  return {
    ...{ model, verdict, state, run: run.order, source: configuration.source },
    metrics: metrics.map(row => [row.direction, row.candidate?.value, row.judgement, row.gated]),
    gates: gates.map(gate => [gate.verdict, gate.blocks]),
    candidate: [candidate.commit, candidate.testSet],
  }
}

describe('a result without the secrets of its environment', () => {
  const names = fc.constantFrom('SORT_KEY', 'CACHE_KEY', 'API_KEY', 'MY_TOKEN', 'DB_PASSWORD', 'A_SECRET')

  it.each(Object.entries(STATES))('is read by `report`, whatever the environment holds: %s', (_, state) => {
    const own = fc.constantFrom(...textsIn(state).filter(text => text.length >= 8))
    const values = fc.oneof(
      own,
      fc.string({ minLength: 8 }),
      own.map(text => text.slice(0, 12)),
    )
    fc.assert(
      fc.property(fc.dictionary(names, values), env => {
        const written = masked(Result, state, env)
        const read = parseResult(new TextEncoder().encode(JSON.stringify(written)), 'result.json')

        expect(exactOf(read)).toEqual(exactOf(state))
      }),
      cases(60),
    )
  })

  it.each(['accuracy', 'roc_auc_ovr', 'top5_accuracy', 'customer-segment', 'f1@threshold-50'])(
    'keeps a name that a sort key has too: %s',
    metric => {
      const own = { ...result(), warnings: [`${metric} is better`] }
      own.metrics[0]!.metric = metric

      const written = masked(Result, own, { SORT_KEY: metric })

      expect(written.metrics[0]!.metric).toBe(metric)
      expect(written.warnings).toEqual([`${metric} is better`])
    },
  )

  it('masks a known token everywhere: in sentences, labels, and names of metrics', () => {
    const own = { ...result(), warnings: [`token ${TOKEN}`], notes: `\`${btoa(TOKEN)}\`` }
    own.metrics[0]!.metric = `m/${TOKEN}`

    const written = masked(Result, own, { DEPLOY_TOKEN: TOKEN })

    expect(written.warnings).toEqual(['token ***'])
    expect(written.notes).not.toContain(btoa(TOKEN).slice(0, -4))
    expect(written.metrics[0]!.metric).toBe('m/MASKED')
  })

  it('keeps a name that a secret looks like, and masks that in free text', () => {
    const own = { ...result(), warnings: ['customer-segment is better'] }
    own.metrics[0]!.metric = 'customer-segment'

    const written = masked(Result, own, { API_KEY: 'customer-segment' })

    expect(written.metrics[0]!.metric).toBe('customer-segment')
    expect(written.warnings).toEqual(['*** is better'])
  })

  it('masks as text what the schema does not know, to any depth, and leaves numbers and switches', () => {
    const deep = (text: string) => ({ list: [text, { inner: text }], count: 3, on: true, none: null })
    const schema = z.looseObject({ known: z.enum(['a', 'b']) })

    expect(masked(schema, { known: 'a', more: deep(`is ${TOKEN}`) }, { MY_TOKEN: TOKEN })).toEqual({
      known: 'a',
      more: deep('is ***'),
    })
  })

  it('guesses in free text alone', () => {
    const guess = `ghp_${'a1'.repeat(18)}`
    const own = { ...result(), warnings: [guess] }
    own.metrics[0]!.metric = guess

    const written = masked(Result, own, {})

    expect(written.warnings).toEqual(['***'])
    expect(written.metrics[0]!.metric).toBe(guess)
  })
})

describe('a record without the secrets of its environment', () => {
  it('has no token that its commit message, its parameters or its owner had', () => {
    const record = {
      ...releaseOf(),
      subject: `use ${TOKEN}`,
      owner: TOKEN,
      parameters: { lr: 0.1, note: TOKEN, [`k${TOKEN}`]: 'x' },
    }

    const written = renderRelease(masked(ReleaseRecord, record, { MODEL_TOKEN: TOKEN }))

    expect(written).not.toContain(TOKEN)
    expect(parseRelease(written, 'r.yaml')).toMatchObject({ subject: 'use ***', owner: '***' })
  })

  it('is as it was where it has none, and deploys the very image whatever the environment holds', () => {
    const record = releaseOf()
    const { digest } = record.image!
    const env = {
      A_TOKEN: digest,
      B_TOKEN: record.commit,
      C_TOKEN: record.version,
      D_TOKEN: record.image!.name,
    }

    expect(renderRelease(masked(ReleaseRecord, record, {}))).toBe(renderRelease(record))
    const { image, commit, version } = masked(ReleaseRecord, record, env)
    expect({ image, commit, version }).toEqual({
      image: record.image,
      commit: record.commit,
      version: record.version,
    })
  })
})

describe('a profile without the secrets of its environment', () => {
  it('is read whatever the environment holds: the words that tell kinds of features apart stay', () => {
    const profile = profileOf()

    const written = renderProfile(masked(ModelProfile, profile, { A_TOKEN: 'category' }))

    expect(parseProfile(new TextEncoder().encode(written), 'p.json')).toEqual(profile)
  })
})
