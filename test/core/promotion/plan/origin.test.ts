import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configFor, type DeployConfig } from '../../../../src/core/deploy-config/deploy-config.ts'
import { isRepository } from '../../../../src/core/deploy-config/from.ts'
import { parseDeployConfig } from '../../../../src/core/deploy-config/read-deploy-config.ts'
import type { OpenPromotion, PromotionFacts, Stay } from '../../../../src/core/promotion/plan/facts.ts'
import { type Plan, planPromotions } from '../../../../src/core/promotion/plan/plan.ts'
import { reasonsWords } from '../../../../src/core/promotion/plan/waiting.ts'
import { type ReleaseRecord, releaseKey } from '../../../../src/core/release/record.ts'
import { TARGETS } from '../../../support/deploy-configs.ts'
import { release } from '../../../support/releases.ts'

/** A second repository with a model of the same name releases nothing, whichever way its release comes in. */

const NOW = Date.parse('2026-05-20T12:00:00Z')
const OWN = 'https://forge.example/acme/churn'
const OTHER = 'https://forge.example/mallory/churn'
const own = (number: number) => release(number, 'churn', { repository: OWN })
const other = (number: number) => release(number, 'churn', { repository: OTHER })

function config(from = ''): DeployConfig {
  const text = `path: apps/{model}/{environment}\ntarget: kustomize\nenvironments:\n  staging: { merge: auto }\n  production: { after: staging, merge: auto }\n${from}`
  return configFor(parseDeployConfig(text, 'assay-deploy.yml', TARGETS), 'churn')
}

describe('who may release a model', () => {
  it('is the repository that has released what serves there', () => {
    const stays = [stay('staging', own(1)), stay('production', own(1))]

    expect(planned(config(), { stays, candidates: [other(2)] })).toEqual([
      `staging: hold, refused: released by ${OTHER}, and only ${OWN} may (what serves is from there; \`from\` in assay-deploy.yml says otherwise)`,
      'production: nothing',
    ])
    expect(planned(config(), { stays, candidates: [own(2)] })[0]).toBe('staging: promote, after_checks')
    // What is refused keeps nothing else out.
    expect(planned(config(), { stays, candidates: [own(2), other(3)] })[0]).toBe(
      'staging: promote, after_checks',
    )
  })

  it('is asked anew in every environment: one that slipped in goes no further, and an open one is not merged', () => {
    const stays = [stay('staging', other(2)), stay('production', own(1))]
    const [, production] = planned(config(), { stays })
    expect(production).toMatch(/^production: hold, refused: /)

    const proposed = planned(config(), { stays, open: [open('production', other(2), own(1))] })
    expect(proposed[1]).toMatch(/^production: hold, refused: /)
  })

  it.each([
    ['from: acme/{model}\n', true],
    ['from: ACME/Churn\n', true],
    ['from: [acme/models, acme/churn]\n', true],
    ["from: 'https://forge.example/acme/{model}'\n", true],
    ["from: 'https://elsewhere.example/acme/{model}'\n", false],
    ['from: mallory/{model}\n', false],
    ['from: acme/{model}-x\n', false],
    ['models: { churn: { from: acme/churn } }\n', true],
    ['from: acme/{model}\nmodels: { churn: { from: mallory/churn } }\n', false],
  ])('is what %j says, whatever serves there', (from, isAllowed) => {
    const stays = [stay('staging', own(1))]

    const [staging] = planned(config(from), { stays, candidates: [own(2)] })

    expect(staging?.startsWith('staging: promote, now')).toBe(isAllowed)
  })

  it('of a new model is a person’s word: its first release waits for approval, and holds its name meanwhile', () => {
    expect(planned(config(), { candidates: [own(1)] })).toEqual([
      'staging: promote, by_approval',
      'production: nothing',
    ])
    expect(planned(config('from: acme/{model}\n'), { candidates: [own(1)] })[0]).toBe(
      'staging: promote, by_approval',
    )
    expect(planned(config(), { open: [open('staging', own(1))] })[0]).toBe('staging: nothing, by_approval')
    expect(planned(config(), { open: [open('staging', own(1))], candidates: [other(2)] })[0]).toBe(
      'staging: nothing, by_approval',
    )
    expect(planned(config(), { stays: [stay('staging', own(1))] })[1]).toBe('production: promote, now')
    // A line of its own is that word.
    expect(planned(config('models: { churn: { from: acme/churn } }\n'), { candidates: [own(1)] })[0]).toBe(
      'staging: promote, now',
    )
  })

  it('holds whatever else is known: no release of another repository is ever proposed', () => {
    const places = fc.constantFrom('staging', 'production')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(places, fc.integer({ min: 1, max: 9 })), { maxLength: 2 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (served, mine, theirs) => {
          const stays = [...new Map(served).entries()].map(([where, number]) => stay(where, own(number)))
          fc.pre(stays.length > 0)
          const candidates = [own(mine), other(theirs)]

          for (const plan of planPromotions(facts(config(), { stays, candidates })))
            if (plan.action === 'promote' || plan.action === 'update')
              expect(plan.release.repository).toBe(OWN)
        },
      ),
    )
  })
})

describe('an address and `from`', () => {
  it.each([
    ['https://forge.example/acme/churn', 'acme/churn', true],
    ['https://forge.example/acme/churn.git', 'acme/churn', true],
    ['https://FORGE.example/Acme/churn/', 'acme/churn', true],
    ['http://forge.example/acme/churn', 'https://forge.example/acme/churn', true],
    ['https://forge.example/x/acme/churn', 'acme/churn', false],
    ['https://forge.example/acme/churn2', 'acme/churn', false],
    ['https://evil.example/acme/churn?forge.example', 'https://forge.example/acme/churn', false],
    ['https://forge.example:8443/acme/churn', 'https://forge.example/acme/churn', false],
  ])('%s is %s: %s', (address, wanted, expected) => {
    expect(isRepository(address, wanted)).toBe(expected)
  })

  it.each([
    'churn',
    '../churn',
    'acme/..',
    '{mdoel}/x',
    'acme/{environment}',
    'git@x:acme/churn',
    '',
    'acme//x',
  ])('no repository is %j', from => {
    expect(() => config(`from: ${JSON.stringify(from)}\n`)).toThrow(/assay-deploy.yml/)
  })

  it('tells what was meant by a key that is none', () => {
    expect(() => config('form: acme/churn\n')).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ fix: expect.stringContaining('from') })],
      }),
    )
  })
})

// --- internal ---

function facts(config: DeployConfig, known: Partial<PromotionFacts>): PromotionFacts {
  return { config, now: NOW, candidates: [], stays: [], open: [], rejected: [], holds: [], ...known }
}

function planned(config: DeployConfig, known: Partial<PromotionFacts>): string[] {
  return planPromotions(facts(config, known)).map(plan => `${plan.environment}: ${words(plan)}`)
}

function words(plan: Plan): string {
  if (plan.action === 'hold') return `hold, ${reasonsWords(plan.reasons)}`
  return 'lands' in plan ? `${plan.action}, ${plan.lands}` : plan.action
}

function stay(environment: string, of: ReleaseRecord): Stay {
  return { environment, release: of, from: NOW - 3_600_000, health: 'not_watched' }
}

function open(environment: string, of: ReleaseRecord, champion?: ReleaseRecord): OpenPromotion {
  const known = { environment, model: 'churn', number: 7, release: of, foreign: false, behind: false }
  return { ...known, rollback: false, checks: 'none', ...(champion && { champion: releaseKey(champion) }) }
}
