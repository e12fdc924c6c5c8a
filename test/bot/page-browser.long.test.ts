import { existsSync } from 'node:fs'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIVE_SCRIPT } from '../../bot/page/live-script.ts'
import { renderModel } from '../../src/core/page/model.ts'
import { renderOverview } from '../../src/core/page/page.ts'
import { messageHtml } from '../../src/core/page/shell.ts'
import { parseView } from '../../src/core/page/view.ts'
import { NOW, organisation, STORY, seenOf } from '../core/page/overviews.ts'
import { CHROMIUM, startBrowser } from '../support/browser.ts'

/** The page in a browser: what its text alone does not tell. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`

const OVERVIEW = renderOverview(
  [seenOf(organisation(30)), { repository: 'acme/other', mayWrite: false, failed: 'the forge answers 502' }],
  {
    view: parseView(new URLSearchParams('state=open&sort=state')),
    viewer: { login: 'ada', maySignOut: true },
    incomplete: true,
    now: NOW,
    version: '1.0.0',
    script: LIVE_SCRIPT,
  },
)
const MODEL = renderModel(STORY, {
  viewer: { login: 'ada', maySignOut: true },
  now: NOW,
  version: '1.0.0',
  script: LIVE_SCRIPT,
})
const SIGN_IN = messageHtml(
  { title: 'Assay: sign in', version: '1.0.0' },
  { heading: 'Assay', words: 'You see what you may read.', action: { href: '/sign-in', words: 'Sign in' } },
)

/** What has the focus, and how that is shown. */
const FOCUSED = `(({ textContent, tagName }, { outlineStyle }) =>
  tagName + ' ' + (tagName === 'SELECT' ? '' : textContent.slice(0, 24)) + ' ' + outlineStyle
)(document.activeElement, getComputedStyle(document.activeElement))`

describe.skipIf(LACKING)(`the page in Chromium${LACKING}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  async function shown<T>(
    html: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<T>,
  ): Promise<T> {
    const page = await browser.newPage(options)
    try {
      await page.setContent(html)
      return await look(page)
    } finally {
      await page.close()
    }
  }

  it.each([
    ['all', OVERVIEW, 390, 'light'],
    ['all', OVERVIEW, 390, 'dark'],
    ['all', OVERVIEW, 1280, 'light'],
    ['all', OVERVIEW, 1280, 'dark'],
    ['a model', MODEL, 390, 'light'],
    ['a model', MODEL, 1280, 'dark'],
    ['the sign-in', SIGN_IN, 390, 'dark'],
  ] as const)('has no fault that axe finds: %s', async (_, html, width, colorScheme) => {
    const faults = await shown(html, { viewport: { width, height: 900 }, colorScheme }, async page => {
      await page.evaluate(axe.source)
      return page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
      )
    })

    expect(faults).toEqual([])
  })

  it.each([
    ['a phone', { viewport: { width: 390, height: 800 } }],
    ['400 % zoom', { viewport: { width: 320, height: 256 } }],
    ['forced colours', { viewport: { width: 1280, height: 800 }, forcedColors: 'active' as const }],
  ])('is not wider than the window: %s', async (_, options) => {
    for (const html of [OVERVIEW, MODEL]) {
      const width = await shown(html, options, page =>
        page.evaluate<number>('document.documentElement.scrollWidth'),
      )
      expect(width).toBeLessThanOrEqual(options.viewport.width)
    }
  })

  it('is gone through by keyboard, from the link to the content on, and what has the focus is seen', async () => {
    const seen = await shown(OVERVIEW, { viewport: { width: 1280, height: 800 } }, async page => {
      const stops: string[] = []
      for (let stop = 0; stop < 10; stop++) {
        await page.keyboard.press('Tab')
        stops.push(await page.evaluate<string>(FOCUSED))
      }
      return stops
    })

    expect(seen.slice(0, 4)).toEqual([
      'A To the content solid',
      'A Assay solid',
      'BUTTON Sign out solid',
      'A late-flights-003 in prod solid',
    ])
    expect(seen.filter(stop => !stop.endsWith('solid'))).toEqual([])
  })
})
