import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderActivity } from '../../src/core/page/activity.ts'
import { renderHealth } from '../../src/core/page/health.ts'
import { renderModel } from '../../src/core/page/model.ts'
import { renderOverview } from '../../src/core/page/page.ts'
import { messageHtml } from '../../src/core/page/shell.ts'
import { parseView } from '../../src/core/page/view.ts'
import { LIVE_SCRIPT } from '../../src/services/web/live-script.ts'
import { NOW, organisation, STORY, seenOf } from '../core/page/overviews.ts'
import { CHROMIUM, startBrowser } from '../support/browser.ts'
import { testFolder } from '../support/git-repository.ts'
import { faultsOf } from '../support/page-faults.ts'

/** The page in a browser: what its text alone does not tell. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`

const OVERVIEW = renderOverview(
  [seenOf(organisation(30)), { repository: 'acme/other', mayWrite: false, failed: 'the forge answers 502' }],
  {
    view: parseView(new URLSearchParams('state=open&sort=state')),
    viewer: { login: 'ada', maySignOut: true },
    missing: 'forge',
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
  {
    heading: 'Assay',
    words: 'You see what you may read.',
    actions: [{ href: '/sign-in', words: 'Sign in' }],
  },
)

const ABOUT = {
  viewer: { login: 'ada', maySignOut: true },
  missing: 'forge',
  now: NOW,
  version: '1.0.0',
} as const
const ACTIVITY = renderActivity(
  Array.from({ length: 20 }, (_, at) => ({
    at: NOW - at * 600_000,
    repository: 'acme/deploy',
    words: `late-flights-${at} in production: proposed 2026-05-01-000000${at % 10}, pull request ${at}`,
    end: at % 5 === 0 ? ('failed' as const) : ('written' as const),
    isFound: at % 7 === 0,
  })),
  { ...ABOUT, since: NOW - 86_400_000 },
)
const HEALTH = renderHealth(
  {
    since: NOW - 86_400_000,
    queue: { waiting: 3, running: 1, paused: 12 },
    hooks: [{ what: 'the App does not hear of workflow_run', fix: 'subscribe to it in its settings' }],
    hooksUnseen: 2,
    lastEvent: NOW - 60_000,
    isLossy: true,
    surveyedAt: NOW - 120_000,
    found: 7,
    failed: [{ what: 'The round survey failed', why: 'forge unavailable; its log says more' }],
    problems: [
      {
        at: NOW,
        repository: 'acme/late-flights-of-the-winter-timetable',
        what: 'the App has no permission `checks: write` on acme/late-flights-of-the-winter-timetable',
        fix: 'grant it in the settings of the App, then accept it in those of its installation',
      },
    ],
  },
  ABOUT,
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
  const { folder, remove } = testFolder()
  afterAll(async () => {
    await browser.close()
    remove()
  })

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
    ['what it did', ACTIVITY, 390, 'light'],
    ['what it did', ACTIVITY, 1280, 'dark'],
    ['how it is', HEALTH, 390, 'dark'],
    ['how it is', HEALTH, 1280, 'light'],
  ] as const)('has no fault that axe finds: %s', async (_, html, width, colorScheme) => {
    const faults = await shown(html, { viewport: { width, height: 900 }, colorScheme }, faultsOf)

    expect(faults).toEqual([])
  })

  it.each([
    ['a phone', { viewport: { width: 390, height: 800 } }],
    ['400 % zoom', { viewport: { width: 320, height: 256 } }],
    ['forced colours', { viewport: { width: 1280, height: 800 }, forcedColors: 'active' as const }],
  ])('is not wider than the window: %s', async (_, options) => {
    for (const html of [OVERVIEW, MODEL, ACTIVITY, HEALTH]) {
      const width = await shown(html, options, page =>
        page.evaluate<number>('document.documentElement.scrollWidth'),
      )
      expect(width).toBeLessThanOrEqual(options.viewport.width)
    }
  })

  it.each([390, 860, 861])(
    'shows every cell in %i pixels, and of what it is, without going sideways',
    async width => {
      for (const html of [OVERVIEW, MODEL, ACTIVITY, HEALTH]) {
        const cut = await shown(html, { viewport: { width, height: 800 } }, page =>
          page.evaluate<string[]>(
            `[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)`,
          ),
        )
        expect(cut).toEqual([])
      }
      if (width > 860) return
      const before = `getComputedStyle(document.querySelector('tbody td:last-child'), '::before').content`
      const name = await shown(OVERVIEW, { viewport: { width, height: 800 } }, page => page.evaluate(before))
      expect(name).toBe('"production"')
    },
  )

  it.each([
    ['as it was made', OVERVIEW, `${new Date(NOW).toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['by its file where it does not say when', MODEL, `${new Date().toISOString().slice(0, 10)} `],
  ])('that was saved says so, and when: %s', async (_, html, when) => {
    const file = join(folder, 'saved.html')
    writeFileSync(file, html)
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    const words = await page.textContent('#live')
    const isHidden = await page.isHidden('#pause')
    await page.close()

    expect(words).toContain(`Saved page of ${when}`)
    expect(isHidden).toBe(true)
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

    expect(seen.slice(0, 5)).toEqual([
      'A To the content solid',
      'A Assay solid',
      'BUTTON Pause solid',
      'BUTTON Sign out solid',
      'A 2 need you solid',
    ])
    expect(seen.filter(stop => !stop.endsWith('solid'))).toEqual([])
  })
})
