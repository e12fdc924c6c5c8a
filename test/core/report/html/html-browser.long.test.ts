import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { CHROMIUM, startBrowser } from '../../../support/browser.ts'
import { faultsOfHtml, READERS } from '../../../support/page-faults.ts'
import { plots } from '../../../support/plot-data.ts'
import { STATES } from '../../../support/report-states.ts'

/** report.html in a browser: what its text alone does not tell. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`

describe.skipIf(LACKING)(`report.html in Chromium${LACKING}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  // The one of 3,000 metrics has what the others have, and keeps axe busy for minutes.
  const { truncated, ...states } = STATES

  it.each(Object.entries(states))('is readable by everybody, and nothing is wider: %s', async (_, state) => {
    const html = await renderHtml(state, plots())
    for (const reader of READERS) expect(await faultsOfHtml(browser, html, reader)).toEqual([])
  })
})
