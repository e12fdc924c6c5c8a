import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { renderModel } from '../../src/core/page/model.ts'
import type { Cell } from '../../src/core/page/overview.ts'
import { renderOverview } from '../../src/core/page/page.ts'
import { rowId } from '../../src/core/page/rows.ts'
import type { Story } from '../../src/core/page/story.ts'
import { parseView } from '../../src/core/page/view.ts'
import { LIVE_SCRIPT } from '../../src/services/web/live-script.ts'
import { cell, NOW, STORY, seenOf } from '../core/page/overviews.ts'
import { CHROMIUM, startBrowser } from '../support/browser.ts'

/** What an open page says of what it is told, whatever it looked like before. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`
const MINUTE = 60_000
const VIEWER = { login: 'ada', maySignOut: true }
const ABOUT = { viewer: VIEWER, version: '1.0.0', script: LIVE_SCRIPT }

/** The page as it is some minutes later: each minute is another word in its table. */
function overviewHtml(cells: Cell[], minute = 0, query = ''): string {
  const seen = seenOf(cells)
  const readAt = NOW + minute * MINUTE
  const overview = { ...seen.overview!, readAt }
  const view = parseView(new URLSearchParams(query))
  return renderOverview([{ ...seen, overview }], { ...ABOUT, view, now: readAt + 1 })
}

function unreadHtml(): string {
  const seen = [{ repository: 'acme/deploy', mayWrite: true, failed: 'it is being read' }]
  const view = parseView(new URLSearchParams())
  return renderOverview(seen, { ...ABOUT, view, now: NOW })
}

function modelHtml(story: Partial<Story>, minute = 0): string {
  const at = NOW + minute * MINUTE
  return renderModel({ ...STORY, readAt: at, ...story }, { ...ABOUT, now: at })
}

const CHURN = cell('churn', 'production')
const FRAUD = cell('fraud', 'production')
const OUT: Partial<Cell> = { state: 'kept_out', waits: 'acme closed it' }
const ONE = /^Live: 1 model changed since \d\d:\d\d UTC$/
const NONE = /^Live$/

describe.skipIf(LACKING)(`what an open page says in Chromium${LACKING}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterEach(() => Promise.all(browser.contexts().map(own => own.close())))
  afterAll(() => browser.close())

  /** A page that hears what it is told here, and finds what is given when it asks. */
  async function opened(html: string) {
    const page = await browser.newPage({ viewport: { width: 900, height: 700 } })
    let shown = html
    let asked = 0
    await page.addInitScript('EventSource = class { constructor() { window.stream = this } close() {} }')
    await page.route('**', route => {
      asked++
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body: shown })
    })
    await page.goto('http://assay.test/')
    return {
      page,
      /** Ends when the page has shown what it asked for. */
      async told(next: string): Promise<void> {
        shown = next
        const before = asked
        await page.evaluate("stream.onmessage({ data: '*' })")
        await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(before)
        const title = next.match(/It is [^<]*/)![0]
        await page.locator('main .lead', { hasText: title }).waitFor()
      },
    }
  }
  const said = (page: Page) => page.textContent('#live')
  const marked = (page: Page) => page.locator('tr.new th').allTextContents()

  it.each<[what: string, before: string, after: string, says: RegExp, marks: string[]]>([
    [
      'a model, in the same minute',
      overviewHtml([CHURN, FRAUD]),
      overviewHtml([CHURN, { ...FRAUD, ...OUT }]),
      ONE,
      ['fraud'],
    ],
    [
      'a model, a minute later',
      overviewHtml([CHURN, FRAUD]),
      overviewHtml([CHURN, { ...FRAUD, ...OUT }], 1),
      ONE,
      ['fraud'],
    ],
    [
      'a model, when all is old',
      overviewHtml([CHURN, FRAUD]),
      overviewHtml([CHURN, { ...FRAUD, ...OUT }], 30),
      ONE,
      ['fraud'],
    ],
    ['nothing but the minute', overviewHtml([CHURN, FRAUD]), overviewHtml([CHURN, FRAUD], 1), NONE, []],
    ['a model that is new', overviewHtml([CHURN]), overviewHtml([CHURN, FRAUD], 1), ONE, ['fraud']],
    ['a model that is gone', overviewHtml([CHURN, FRAUD]), overviewHtml([FRAUD], 1), ONE, []],
    [
      'a model that goes to the top',
      overviewHtml([CHURN, FRAUD], 0, 'sort=state'),
      overviewHtml([CHURN, { ...FRAUD, ...OUT }], 1, 'sort=state'),
      ONE,
      ['fraud'],
    ],
    [
      'a model that comes among those that are asked for',
      overviewHtml([CHURN, FRAUD], 0, 'state=kept_out'),
      overviewHtml([CHURN, { ...FRAUD, ...OUT }], 1, 'state=kept_out'),
      ONE,
      ['fraud'],
    ],
    ['all that is read for the first time', unreadHtml(), overviewHtml([CHURN, FRAUD], 1), NONE, []],
    [
      'what could be read no more',
      overviewHtml([CHURN, FRAUD]),
      unreadHtml().replace('12:00 UTC', '12:07 UTC'),
      NONE,
      [],
    ],
    [
      'the page of a model, in two of its tables',
      modelHtml({}),
      modelHtml({ cells: [{ ...CHURN, ...OUT }, cell('churn', 'staging', OUT)], inFlight: [] }, 1),
      ONE,
      [],
    ],
    ['the page of a model, but for the minute', modelHtml({}), modelHtml({}, 1), NONE, []],
  ])('says how many models changed: %s', async (_, before, after, says, marks) => {
    const { page, told } = await opened(before)
    await told(after)

    expect(await said(page)).toMatch(says)
    if (!before.includes('data-row')) expect(await marked(page)).toEqual(marks)
  })

  it('keeps what it said while it is told more, and counts a model once', async () => {
    const { page, told } = await opened(overviewHtml([CHURN, FRAUD]))
    await told(overviewHtml([CHURN, { ...FRAUD, ...OUT }], 1))
    await told(overviewHtml([CHURN, { ...FRAUD, ...OUT, waits: 'acme opened it again' }], 2))
    await told(
      overviewHtml([CHURN, FRAUD], 3).replace(row('fraud'), `<tr id=${rowId('acme/deploy', 'fraud')}>`),
    )

    expect(await said(page)).toMatch(ONE)
    expect(await marked(page)).toEqual(['fraud'])
    expect(await page.locator('tbody').textContent()).toContain('acme opened it again')
    await told(
      overviewHtml(
        [
          { ...CHURN, ...OUT },
          { ...FRAUD, ...OUT },
        ],
        4,
      ),
    )
    expect(await said(page)).toMatch(/^Live: 2 models changed since/)
  })

  it.each([
    ['as it was', [CHURN, FRAUD]],
    ['in another place', [cell('ads', 'production'), CHURN, FRAUD]],
    ['with other words', [CHURN, { ...FRAUD, ...OUT }]],
  ])(
    'leaves the focus on a model and the table where it was scrolled to, a minute later: %s',
    async (_, cells) => {
      const { page, told } = await opened(overviewHtml([CHURN, FRAUD]))
      await page.fill('#q', 'fra')
      // So that this small table is wider than its place, which it is on no phone.
      await page.evaluate("document.body.style.width = '390px'")
      await page.evaluate("document.querySelector('.scroll').scrollLeft = 40")
      await page.locator('tbody a', { hasText: 'fraud' }).focus()
      await told(overviewHtml(cells, 1))

      expect(await page.evaluate('document.activeElement.textContent')).toBe('fraud')
      expect(await page.inputValue('#q')).toBe('fra')
      expect(await page.evaluate("document.querySelector('.scroll').scrollLeft")).toBe(40)
    },
  )
})

/** The row of a model as the page has it. */
function row(model: string): string {
  return overviewHtml([CHURN, FRAUD], 3)
    .split('\n')
    .find(line => line.startsWith(`<tr id=${rowId('acme/deploy', model)}`))!
}
