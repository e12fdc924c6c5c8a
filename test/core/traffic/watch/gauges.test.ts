import { expect, it } from 'vitest'
import { judgeTraffic } from '../../../../src/core/traffic/drift/judge.ts'
import { gaugesText } from '../../../../src/core/traffic/watch/gauges.ts'
import type { Watching } from '../../../../src/core/traffic/watch/watching.ts'
import { PROFILE, windowOf } from '../drift/profiles.ts'

/** A gauge that is there is a number that is known. */

const NOW = Date.parse('2026-05-20T12:00:00Z')

it('has no stability index of a feature without rows or one that is not judged: 0 would look well', () => {
  const shift = windowOf(1000, { income: new Array(12).fill(0) })
  const verdict = judgeTraffic({
    profile: PROFILE,
    shift,
    budget: { alarms: 1, days: 30 },
    importance: new Map([['plan', 0]]),
  })
  const breakage = new Map([
    ['age', { rows: 40, psi: 0.02 }],
    ['income', { rows: 0, psi: 0 }],
  ])
  const one: Watching = {
    model: 'churn',
    environment: 'production',
    verdict,
    alarms: [],
    lookedAt: NOW,
    breakage,
  }
  const text = gaugesText([one], { canaries: [], startedAt: NOW, now: NOW })
  const told = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{.*feature="(.*?)",window="(.*?)"\\}`, 'gm'))].map(
      ([, feature, window]) => `${feature} ${window}`,
    )

  expect(told('assay_drift_psi')).toEqual(['age shift', 'age breakage'])
  expect(told('assay_drift_rows')).toEqual([
    'age shift',
    'income shift',
    'plan shift',
    'age breakage',
    'income breakage',
  ])
})
