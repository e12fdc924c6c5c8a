import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Canary } from '../../../src/core/deploy-config/canary.ts'
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

  it.each([
    ['a weight that is none of its steps', ['weight: 5', 'weight: 10'], 'is none of `steps`', 2],
    ['steps that do not ascend', ['[5, 25]', '[25, 5]'], 'must be ascending', 3],
    ['a share of everything', ['[5, 25]', '[5, 100]'], 'a share from 1 to 99', 3],
    ['no record', ['  schema: 1\n', ''], 'schema', 12],
  ])('is refused with its line: %s', (_, [from, to], what, line) => {
    const refused = refusal(text.replace(from!, to!))

    expect(refused.code).toBe('CANARY_INVALID')
    expect(
      refused.problems.map(problem => `${positionWords(problem.where)} ${problem.what}`).join('\n'),
    ).toMatch(new RegExp(`model-canary\\.yaml:${line}\\b.*${what.replace(/[[\]`]/g, '.')}`))
  })
})

// --- internal ---

function refusal(broken: string): AssayError {
  try {
    parseCanary(broken, 'model-canary.yaml')
  } catch (error) {
    if (error instanceof AssayError) return error
    throw error
  }
  throw new Error('it was taken')
}
