import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { CHROMIUM, startBrowser } from '../../../support/browser.ts'
import { faultsOfHtml } from '../../../support/page-faults.ts'
import { plots } from '../../../support/plot-data.ts'
import { STATES } from '../../../support/report-states.ts'

/** What a reader would have to move aside to see all of it, each with the width of the window. */
async function scrollingParts(browser: Browser, html: string): Promise<string[]> {
  const page = await browser.newPage()
  try {
    await page.setContent(html)
    await page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    const found: string[] = []
    for (const width of [390, 500, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      const parts = await page.evaluate<string[]>(
        "[...document.querySelectorAll('body *')].filter(one => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX === 'auto').map(one => one.textContent.trim().slice(0, 40))",
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

  it.each(Object.entries(states))('is readable by everybody, and nothing is wider: %s', async (_, state) => {
    const html = await renderHtml(state, plots())
    expect(await scrollingParts(browser, html)).toEqual([])
    expect(await faultsOfHtml(browser, html)).toEqual([])
  })
})
