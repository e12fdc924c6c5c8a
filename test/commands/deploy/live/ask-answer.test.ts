import { describe, expect, it } from 'vitest'
import { withAnswers } from '../../../../src/commands/deploy/live/ask-answer.ts'
import type { PromotionFacts } from '../../../../src/core/promotion/plan/facts.ts'
import { planPromotions } from '../../../../src/core/promotion/plan/plan.ts'
import { reasonsWords } from '../../../../src/core/promotion/plan/waiting.ts'
import { releaseKey } from '../../../../src/core/release/record.ts'
import { deployConfig } from '../../../support/deploy-configs.ts'
import { release } from '../../../support/releases.ts'

const NOW = Date.parse('2026-05-20T12:00:00Z')
const [one, two, three] = [release(1), release(2), release(3)]
const rule = (name: string) => `${name}: { url: 'https://${name}.example/{version}', at: $.ok, is: true }`
const config = deployConfig(`staging: { policy: { answers: { ${rule('window')}, ${rule('risk')} } } }`)
const facts = (more: Partial<PromotionFacts> = {}): PromotionFacts => ({
  ...{ config, now: NOW, candidates: [one, two, three], stays: [], open: [], rejected: [], holds: [] },
  ...more,
})

/** What was asked, and what is planned then; services refuse these versions. */
async function planned(given: PromotionFacts, refused: string[] = []) {
  const asked: string[] = []
  const known = await withAnswers(given, async ({ release: { version }, name }) => {
    asked.push(`${name} ${version.slice(-1)}`)
    return refused.includes(version) ? { state: 'other', why: 'no' } : { state: 'met', said: 'true' }
  })
  const [plan] = planPromotions(known)
  const words =
    plan!.action === 'hold'
      ? `hold: ${reasonsWords(plan!.reasons)}`
      : `${plan!.action} ${'release' in plan! ? plan!.release.version.slice(-1) : ''}`
  return { asked, words }
}

describe('who is asked what a promotion needs', () => {
  it('are those of the newest release alone, where they agree', async () => {
    expect(await planned(facts())).toEqual({ asked: ['window 3', 'risk 3'], words: 'promote 3' })
  })

  it('are those of the next older one where they do not', async () => {
    const { asked, words } = await planned(facts(), [three.version])

    expect(asked).toEqual(['window 3', 'risk 3', 'window 2', 'risk 2'])
    expect(words).toBe('promote 2')
  })

  it('are asked of all in the end, and nothing enters', async () => {
    const { asked, words } = await planned(
      facts(),
      [one, two, three].map(({ version }) => version),
    )

    expect(asked).toHaveLength(6)
    expect(words).toBe('hold: window: no; risk: no')
  })

  it('are none while somebody holds it, or where it is a rollback', async () => {
    const hold = { environment: 'staging', model: one.model, rollback: false, reason: 'a fair', by: 'kim' }
    expect((await planned(facts({ holds: [hold] }))).asked).toEqual([])

    const stay = { environment: 'staging', release: three, from: 0, health: 'healthy' as const }
    const rollback = {
      ...{ environment: 'staging', model: one.model, number: 7, release: one, rollback: true },
      ...{ foreign: false, behind: false, champion: releaseKey(three) },
    }
    expect((await planned(facts({ candidates: [], stays: [stay], open: [rollback] }))).asked).toEqual([])
  })
})
