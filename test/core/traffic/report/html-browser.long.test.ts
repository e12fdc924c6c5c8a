import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeTraffic } from '../../../../src/core/traffic/drift/judge.ts'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { renderDriftHtml } from '../../../../src/core/traffic/report/html.ts'
import { CHROMIUM, startBrowser } from '../../../support/browser.ts'
import { faultsOfHtml } from '../../../support/page-faults.ts'
import { PROFILE, windowOf } from '../drift/profiles.ts'

/** drift.html in a browser: what its text alone does not tell. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`

const NAMES = [
  'a_name_of_a_category_that_nobody_breaks_because_it_has_no_space',
  '<script>"|[x](http://evil.example)',
  'abc\u202egnp.exe',
]
const PLAN = { name: 'plan', type: 'category', categories: NAMES, counts: [6000, 3000, 1000], missing: 0 }
const PROFILED = {
  ...PROFILE,
  features: [
    ...PROFILE.features.slice(0, 2),
    { ...PLAN, pooled: 0, name: `plan_${'of_a_customer_'.repeat(4)}` },
  ],
  score: { edges: [0.5], means: [0.25, 0.75], labels: { '0': [4000, 1000], '1': [1000, 4000] } },
} as ModelProfile
const LIVE = windowOf(1000, {
  income: [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0],
  __score__: [500, 500, 0, 0],
})
LIVE.features = new Map([...LIVE.features, [PROFILED.features[2]!.name, [300, 300, 300, 0, 100]]])
const LABELS = new Map([
  ['0', [300, 200]],
  ['1', [200, 300]],
])
const PAGE = renderDriftHtml(
  judgeTraffic({ profile: PROFILED, shift: { ...LIVE, labels: LABELS }, budget: { alarms: 1, days: 30 } }),
)

describe.skipIf(LACKING)(`drift.html in Chromium${LACKING}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  it('is readable by everybody, and nothing is wider', async () => {
    expect(await faultsOfHtml(browser, PAGE)).toEqual([])
  })
})
