import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAssayError } from '../../../../src/core/errors/errors.ts'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { parseProfile, renderProfile } from '../../../../src/core/traffic/profile/profile-file.ts'
import { profileOf, profiles } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (value: unknown) =>
  parseProfile(typeof value === 'string' ? bytes(value) : bytes(JSON.stringify(value)), 'p.json')

function problemsOf(value: unknown): string[] {
  try {
    read(value)
    return []
  } catch (error) {
    if (!isAssayError(error, 'PROFILE_INVALID')) throw error
    return error.problems.map(({ what }) => what)
  }
}

const [age, plan] = profileOf().features
const HUGE = Number.MAX_SAFE_INTEGER
const withScore = (labels: Record<string, number[]>) =>
  profileOf({ score: { edges: [0.5], means: [0.25, 0.75], labels } })
const withAge = (part: object) => profileOf({ features: [{ ...age, ...part } as never, plan!] })

describe('model-profile.json', () => {
  it('has a line for each feature', () => {
    expect(renderProfile(profileOf())).toBe(`{
  "version": 1,
  "model": "churn",
  "rows": 1000,
  "data": {"hash":"${'5f'.repeat(32)}"},
  "features": [
    {"name":"age","type":"number","edges":[20,40,60],"counts":[100,400,300,188],"missing":12},
    {"name":"plan","type":"category","categories":["basic","pro"],"counts":[700,260],"missing":9,"pooled":31}
  ],
  "score": {"edges":[0.5],"means":[0.25,0.75],"labels":{"0":[400,100],"1":[80,420]}},
  "prediction": {"type":"category","categories":["0","1"],"counts":[480,520],"missing":0,"pooled":0}
}
`)
  })

  it('comes back as it was, and has the same bytes whatever order its keys were set in', () => {
    fc.assert(
      fc.property(profiles(), profile => {
        const text = renderProfile(profile)
        const back = read(text)
        const turned = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(turned)
            : typeof value === 'object' && value !== null
              ? Object.fromEntries(
                  Object.entries(value)
                    .reverse()
                    .map(([key, part]) => [key, turned(part)]),
                )
              : value

        expect(back).toEqual(profile)
        expect(renderProfile(back)).toBe(text)
        expect(renderProfile(turned(profile) as ModelProfile)).toBe(text)
      }),
      cases(200),
    )
  })

  it.each([
    ['', 'it is not JSON, or cut off'],
    ['{"version": 1, "model": "ada@example.com', 'it is not JSON, or cut off'],
    ['[]', 'the file: expected object, received array'],
    [{ ...profileOf(), version: 2 }, 'it was written by a newer Assay: `version` 2, where this one reads 1'],
    [{ ...profileOf(), model: '../x' }, /^model: /],
    [{ ...profileOf(), rows: 0 }, /^rows: /],
    [{ ...profileOf(), extra: 1 }, /extra/],
    [
      profileOf({ accuracy: { rows: 1000, right: 1001 } }),
      'accuracy: 1,001 right of 1,000 rows, and `prediction` counts 1,000 classes',
    ],
    [withAge({ name: '__proto__' }), /^features\.0\.name .*a name has 1 to 200 visible characters/],
    [withAge({ name: '__score__' }), /a name has 1 to 200/],
    [withAge({ name: '' }), /a name has 1 to 200/],
    [withAge({ name: 'x'.repeat(201) }), /a name has 1 to 200/],
    [withAge({ name: 'a\u202eb' }), /a name has 1 to 200/],
    [withAge({ name: 'plan' }), 'features.1.name (`plan`): another feature has this name'],
    [withAge({ edges: [20, 20, 60] }), 'features.0.edges (`age`): edge 1 is not above the one before it'],
    [withAge({ edges: [40, 20, 60] }), 'features.0.edges (`age`): edge 1 is not above the one before it'],
    [withAge({ edges: ['20', 40, 60] }), 'features.0.edges.0 (`age`): expected number, received string'],
    [withAge({ edges: [20, 40] }), 'features.0.counts (`age`): 2 edges make 3 bins, and there are 4'],
    [
      withAge({ counts: [100, 400, 300, 187] }),
      'features.0 (`age`): its bins hold 999 rows, and the profile is of 1,000',
    ],
    [withAge({ counts: [100, 400, 300.5, 187.5] }), /features\.0\.counts\.2 /],
    [withAge({ counts: [100, 400, -300, 788] }), /features\.0\.counts\.2 /],
    [withAge({ edges: Array.from({ length: 100 }, (_, i) => i) }), /^features\.0\.edges /],
    [
      profileOf({ features: [{ ...plan, categories: ['basic', 'basic'] } as never] }),
      /a category stands here twice/,
    ],
    [
      profileOf({ features: [{ ...plan, categories: ['basic', '__new__'] } as never] }),
      /a name has 1 to 200/,
    ],
    [
      profileOf({ features: [{ ...plan, categories: ['basic', '1.0'] } as never] }),
      /spelt as it is compared/,
    ],
    [
      profileOf({ score: { edges: [0.5], means: [1], labels: { '1': [1] } } }),
      /the edges make 2 bins, and there are 1/,
    ],
    [
      profileOf({ score: { edges: [0.5], means: [0, 1], labels: {} } }),
      'score.labels: there are two labels, one of which is `1`',
    ],
    ['{"version":1,"score":{"labels":{"__proto__":[1]}}}', /score/],
    [withScore({ '0': [HUGE, HUGE], '1': [HUGE, HUGE] }), /^score\.labels\.0\.0: /],
    [
      withScore({ '0': [400, 100], '1': [80, 421] }),
      'score.labels: they count 1,001 rows, and `prediction` counts 1,000 of the same evaluation',
    ],
    [
      profileOf({
        prediction: { type: 'category', categories: ['0', '1'], counts: [HUGE, HUGE], missing: 0, pooled: 0 },
      }),
      /^prediction\.counts\.0: /,
    ],
    [
      profileOf({
        prediction: {
          type: 'category',
          categories: ['0', '1'],
          counts: [480, 520],
          missing: 0,
          pooled: HUGE,
        },
      }),
      /^prediction\.pooled: /,
    ],
    [{ ...withAge({ counts: [HUGE, 0, 0, 0], missing: 0 }), rows: HUGE }, /^rows: /],
    [{ ...profileOf(), importance: { age: 1, wage: 2 } }, 'importance: name 2 is that of no feature'],
    [{ ...profileOf(), importance: { age: -1 } }, /^importance\.age: /],
  ])('is refused where it is not what Assay writes: %j', (value, problem) => {
    const problems = problemsOf(value)

    expect(problems).toContainEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem))
    expect(problems.join('\n')).not.toContain('ada@')
  })

  it('tells all that is wrong at once, up to twenty', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ ...age, name: `f${index}`, edges: [3, 2, 1] }))

    expect(
      problemsOf({ ...profileOf(), rows: -1, model: '', features: [{ ...age, edges: [2, 1, 0] }] }).map(
        problem => problem.split(':')[0],
      ),
    ).toEqual(['model', 'rows', 'features.0.edges (`age`)', 'features.0 (`age`)'])
    expect(problemsOf(profileOf({ features: many as never })).at(-1)).toBe('and 20 more')
  })

  it.each([
    ['more than a mebibyte', `{"model":"${'x'.repeat(1024 * 1024)}"}`],
    ['too many features', { ...profileOf(), features: new Array(2001).fill(0) }],
    ['too many zeros', { ...profileOf(), features: [{ ...age, counts: new Array(300_000).fill('0') }] }],
    ['too deep', `${'['.repeat(400_000)}`],
    ['nested', `{"version":1,"features":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')],
  ])('is refused without much ado where it is %s', (_, value) => {
    expect(problemsOf(value).length).toBeGreaterThan(0)
  })
})
