import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { Canary } from '../../../src/core/deploy-config/canary.ts'
import { canaryOf, Experiment, experimentOf } from '../../../src/core/deploy-config/experiment.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { type CanaryFile, parseCanary, renderCanary } from '../../../src/core/release/canary-file.ts'
import { hostileText } from '../../support/hostile.ts'
import { release } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'

const RULES = Canary.parse({
  steps: [5, 25],
  unit: 'user',
  sticky: 'header x-user',
  conversion: { outcome: 'bought', within: '24h', margin: 0.005 },
  guardrails: ['errors'],
})
const FILE: CanaryFile = { weight: 5, ...RULES, challenger: release(2) }
const text = renderCanary(FILE)
const { steps: _, for: __, horizon: ___, on_inconclusive: ____, ...SHARED } = RULES
const EXPERIMENT = canaryOf({ ...SHARED, shares: [60, 40], until: '14d', decide: 'winner' })

describe('the text of a canary', () => {
  it('is one line a rule, the defaults among them, then the whole record of the release that is tried', () => {
    expect(text.split('\n').slice(0, 16)).toEqual([
      expect.stringMatching(/^# Written by Assay/),
      'weight: 5',
      'steps: [5, 25]',
      'unit: "user"',
      'sticky: "header x-user"',
      'for: "24h"',
      'horizon: "7d"',
      'conversion: {"outcome": "bought", "within": "24h", "margin": 0.005}',
      'guardrails: ["errors"]',
      'on_harm: "merge"',
      'on_inconclusive: "hold"',
      'challenger:',
      '  schema: 1',
      '  model: "churn"',
      expect.stringMatching(/^ {2}version: "2026-05-02/),
      expect.stringMatching(/^ {2}commit: /),
    ])
  })

  it('comes back as it was, read by us or by any YAML reader, whatever texts it holds', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (subject, outcome) => {
        const named = outcome.slice(0, 50).toWellFormed() || 'bought'
        const file: CanaryFile = {
          ...FILE,
          conversion: { ...FILE.conversion, outcome: named },
          challenger: { ...FILE.challenger, subject: subject.slice(0, 200).toWellFormed() },
        }
        const written = renderCanary(file)

        expect(parseCanary(written, 'model-canary.yaml')).toEqual(file)
        expect(parse(written)).toEqual(JSON.parse(JSON.stringify(file)))
        expect(renderCanary(parseCanary(written, 'model-canary.yaml'))).toBe(written)
      }),
      cases(50),
    )
  })

  it('keeps what a newer version added to it', () => {
    const newer = `${text.replace('weight: 5\n', 'schema: 1\nweight: 5\nregions: ["north"]\n')}`

    expect(parseCanary(newer, 'model-canary.yaml')).toMatchObject({ weight: 5, regions: ['north'] })
    expect(renderCanary(parseCanary(newer, 'model-canary.yaml'))).toContain('regions: ["north"]\n')
  })

  it('keeps a margin that allows any loss, which no new one may have, until it is over', () => {
    const [canary, experiment] = [
      { ...RULES, conversion: { ...RULES.conversion, margin: 1 } },
      { ...EXPERIMENT, conversion: { ...EXPERIMENT.conversion, margin: 1 } },
    ]
    const { error } = z.tuple([Canary, Experiment]).safeParse([canary, experimentOf(experiment)])
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([
      '0.conversion.margin',
      '1.conversion.margin',
    ])
    for (const [file, rules] of [
      ['model-canary.yaml', canary],
      ['model-experiment.yaml', experiment],
    ] as const) {
      const running = { weight: rules.steps[0]!, ...rules, challenger: release(2) }
      expect(parseCanary(renderCanary(running), file)).toEqual(running)
    }
  })

  it.each([
    ['a weight that is none of its steps', ['weight: 5', 'weight: 10'], 'is none of `steps`', 2],
    ['steps that do not ascend', ['[5, 25]', '[25, 5]'], 'do not ascend', 3],
    ['a share of everything', ['[5, 25]', '[5, 100]'], 'a share from 1 to 99', 3],
    [
      'a margin of more than everything',
      ['0.005', '1.5'],
      '`conversion.margin`: a difference of shares from 0.0001 to 1',
      8,
    ],
    ['a horizon of no date', ['"7d"', '"9999999999d"'], 'a duration from `1s` to `400d`', 7],
    [
      'nothing counted by the end',
      ['"24h", "margin"', '"7d", "margin"'],
      'is not shorter than `horizon: 7d` (line 7)',
      8,
    ],
    [
      'a step longer than its horizon',
      ['for: "24h"', 'for: "8d"'],
      'is longer than `horizon: 7d` (line 7)',
      6,
    ],
    ['users that nothing keeps', ['"header x-user"', '"none"'], 'does not fit `sticky: none` (line 5)', 4],
    [
      'requests that are kept together',
      ['"user"', '"request"'],
      'does not fit `sticky: header x-user` (line 5)',
      4,
    ],
    [
      'what is slow, and no guardrail for it',
      ['on_harm', 'latency_ms: 250\non_harm'],
      'is none of `guardrails` (line 9)',
      10,
    ],
    ['a guardrail named twice', ['["errors"]', '["errors", "errors"]'], '`errors` stands there twice', 9],
    ['no record', ['  schema: 1\n', ''], 'schema', 12],
  ])('is refused with its line: %s', (_, [from, to], what, line) => {
    const refused = refusal(text.replace(from!, to!))

    expect(refused.code).toBe('CANARY_INVALID')
    expect(
      refused.problems.map(problem => `${positionWords(problem.where)} ${problem.what}`).join('\n'),
    ).toMatch(new RegExp(`model-canary\\.yaml:${line}\\b.*${what.replace(/[[\]`()]/g, '.')}`))
  })
})

describe('the text of an experiment', () => {
  const written = renderCanary({ weight: 40, ...EXPERIMENT, challenger: release(2) })

  it('is refused where its rules would prove nothing, also with a key that is not known', () => {
    const asked = (to: string) =>
      refusal(written.replace('until: "14d"', to), 'model-experiment.yaml').problems.map(
        ({ what, where }) => `${where?.line} ${what}`,
      )

    expect(parseCanary(written, 'model-experiment.yaml')).toMatchObject({ steps: [40], for: '14d' })
    expect(asked('until: "9999999999d"')).toEqual(['3 `until`: a duration from `1s` to `366d`'])
    for (const key of ['', '\nregions: ["north"]'])
      expect(asked(`until: "12h"${key}`)).toEqual([
        expect.stringMatching(/^\d+ `within: 24h` is not shorter than `until: 12h` \(line 3\)/),
      ])
  })
})

// --- internal ---

function refusal(broken: string, file = 'model-canary.yaml'): AssayError {
  try {
    parseCanary(broken, file)
  } catch (error) {
    if (error instanceof AssayError) return error
    throw error
  }
  throw new Error('it was taken')
}
