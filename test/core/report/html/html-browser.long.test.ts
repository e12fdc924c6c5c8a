import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { CHROMIUM, startBrowser } from '../../../support/browser.ts'
import { faultsOfHtml } from '../../../support/page-faults.ts'
import { plots } from '../../../support/plot-data.ts'
import { STATES } from '../../../support/report-states.ts'
import { difference, gate, metric, result, slice } from '../../../support/results.ts'

/** What a reader would have to move aside to see all of it, each with the width of the window. */
async function scrollingParts(browser: Browser, html: string): Promise<string[]> {
  const page = await browser.newPage()
  try {
    await page.setContent(html)
    await page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    const found: string[] = []
    for (const width of [360, 390, 500, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      const parts = await page.evaluate<string[]>(
        "[document.documentElement, ...document.querySelectorAll('body *')].filter(one => one.scrollWidth > one.clientWidth && (one === document.documentElement || getComputedStyle(one).overflowX === 'auto')).map(one => one.textContent.trim().slice(0, 40))",
      )
      found.push(...parts.map(part => `${width}: ${part}`))
    }
    return found
  } finally {
    await page.close()
  }
}

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

  it.each(Object.entries({ ...states, 'long names': longNames() }))(
    'is readable by everybody, and nothing is wider: %s',
    async (_, state) => {
      const html = await renderHtml(state, plots())
      expect(await scrollingParts(browser, html)).toEqual([])
      expect(await faultsOfHtml(browser, html)).toEqual([])
    },
  )
})

// --- internal ---

/** Names as lm-eval writes them: one word without a place to break. */
function longNames() {
  const name = 'mmlu_pro_high_school_government_and_politics_acc_norm_stderr_of_each_task'
  const lost = difference(-0.0214, -0.0312, -0.0111)
  const counts = [
    [300, 10],
    [20, 500],
  ]
  return result({
    metrics: [metric(name, [0.6421, 0.6207], lost, { gated: true })],
    gates: [gate(`${name} at least 0.7`, 'fail', { reason: `${name} is 0.6207` })],
    slices: [slice(name, 400, lost, { metric: name, column: name })],
    confusion: { classes: [name, 'other'], candidate: counts, champion: counts },
  })
}
