import fc from 'fast-check'
import { acceptedOn } from '../../src/core/traffic/profile/accepted.ts'
import type { Feature } from '../../src/core/traffic/profile/feature.ts'
import type { ModelProfile } from '../../src/core/traffic/profile/profile.ts'

/** Profiles for tests. */

const HASH = '5f'.repeat(32)

/** Of 1,000 rows, with a number, a category, score and prediction. */
export function profileOf(overrides: Partial<ModelProfile> = {}): ModelProfile {
  return {
    version: 1,
    model: 'churn',
    rows: 1000,
    data: { hash: HASH },
    features: [
      { name: 'age', type: 'number', edges: [20, 40, 60], counts: [100, 400, 300, 188], missing: 12 },
      {
        name: 'plan',
        type: 'category',
        categories: ['basic', 'pro'],
        counts: [700, 260],
        missing: 9,
        pooled: 31,
      },
    ],
    score: { edges: [0.5], means: [0.25, 0.75], labels: { '0': [400, 100], '1': [80, 420] } },
    prediction: { type: 'category', categories: ['0', '1'], counts: [480, 520], missing: 0, pooled: 0 },
    ...overrides,
  }
}

/** Features of any shape whose counts come to `rows`. */
export function features(rows: number): fc.Arbitrary<Feature[]> {
  return fc.uniqueArray(fc.oneof(numberFeature(rows), categoryFeature(rows)), {
    selector: ({ name }) => name,
    maxLength: 6,
  })
}

/** Any profile, with or without what is optional. */
export function profiles(): fc.Arbitrary<ModelProfile> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.boolean(), { minLength: 400, maxLength: 400 }),
      fc.boolean(),
    )
    .chain(([rows, label, scored]) =>
      features(rows).map(all => ({
        ...profileOf({ rows, features: all, score: undefined, prediction: undefined }),
        ...(scored
          ? acceptedOn({
              task: 'binary',
              rows: 400,
              ids: [],
              slices: [],
              label: Float64Array.from(label, Number),
              score: Float64Array.from(label, (_, row) => (row * 7919) % 400),
              prediction: Float64Array.from(label, (_, row) => row % 2),
            })
          : {}),
      })),
    )
    .map(profile => JSON.parse(JSON.stringify(profile)))
}

// --- internal ---

const NAMES = fc.oneof(
  fc.constantFrom(
    'age',
    'constructor',
    'toString',
    'prototype',
    'hasOwnProperty',
    'größe',
    'a b',
    '年齢',
    '"',
    "'",
    '\\',
    '{',
    '0',
  ),
  fc
    .string({ minLength: 1, maxLength: 12 })
    .filter(name => name.trim() === name && /^[\x21-\x5e`-~][\x20-\x7e]*$/.test(name)),
)
const CATEGORY = NAMES.filter(name => !/^(true|false|-?\d+\.0*|-0)$/i.test(name))

/** `rows` cut into so many parts. */
function parts(rows: number, bins: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.integer({ min: 0, max: rows }), { minLength: bins - 1, maxLength: bins - 1 })
    .map(cuts => [0, ...cuts.sort((a, b) => a - b), rows])
    .map(cuts => cuts.slice(1).map((cut, index) => cut - cuts[index]!))
}

function numberFeature(rows: number): fc.Arbitrary<Feature> {
  const edges = fc.uniqueArray(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
    { maxLength: 19 },
  )
  return fc.tuple(NAMES, edges).chain(([name, edges]) =>
    parts(rows, edges.length + 3).map(counts => ({
      name,
      type: 'number' as const,
      edges: edges.sort((a, b) => a - b),
      counts: counts.slice(0, -2),
      missing: counts.at(-2)!,
      pooled: counts.at(-1)!,
    })),
  )
}

function categoryFeature(rows: number): fc.Arbitrary<Feature> {
  return fc.tuple(NAMES, fc.uniqueArray(CATEGORY, { maxLength: 8 })).chain(([name, categories]) =>
    parts(rows, categories.length + 2).map(counts => ({
      name,
      type: 'category' as const,
      categories,
      counts: counts.slice(0, -2),
      missing: counts.at(-2)!,
      pooled: counts.at(-1)!,
    })),
  )
}
