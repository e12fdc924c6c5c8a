import { existsSync } from 'node:fs'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, startBrowser } from '../support/browser.ts'
import { faultsOf, READERS } from '../support/page-faults.ts'
import { signedIn, writeFraud } from './page-scene.ts'
import { CLIENT_SECRET, useBot } from './scene.ts'

/** Where in the window the row stands that is worked on. */
const PLACE = "document.querySelector('tbody th a').getBoundingClientRect().top"

/** The page in a browser while things happen. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`
const scene = useBot({
  env: { ASSAY_BOT_PAGE_URL: 'http://localhost', ASSAY_BOT_CLIENT_SECRET: CLIENT_SECRET },
})

describe.skipIf(LACKING)(`the open page in Chromium${LACKING}`, () => {
  let browser: Browser
  let session: string
  beforeAll(async () => {
    await writeFraud(scene)
    browser = await startBrowser()
    session = await signedIn(scene, 'ada')
  })
  afterEach(() => Promise.all(browser.contexts().map(own => own.close())))
  afterAll(() => browser.close())

  const at = (path: string) => `http://127.0.0.1:${scene.bot.port}${path}`
  async function context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const made = await browser.newContext(options)
    // However much else the machine has to do.
    made.setDefaultTimeout(120_000)
    const [name, value] = session.split('=') as [string, string]
    await made.addCookies([{ name, value, url: at('/') }])
    return made
  }
  async function opened(own: BrowserContext, path = '/'): Promise<Page> {
    const page = await own.newPage()
    await page.goto(at(path))
    return page
  }
  const status = (page: Page) => page.textContent('#live')
  const isLive = (page: Page) => page.locator('#live', { hasText: /^Live$/ }).waitFor()
  const hasChanged = (page: Page) =>
    page.locator('#live', { hasText: /^Live: 1 model changed since \d\d:\d\d UTC$/ }).waitFor()
  /** Changes the row: somebody closes the promotion, or opens it again. */
  let isOpen = true
  async function change(): Promise<void> {
    isOpen = !isOpen
    const at = { owner: 'acme', repo: 'deploy' }
    const { data } = await scene.ada.pulls.list({ ...at, state: 'all' })
    await scene.ada.pulls.update({
      ...at,
      pull_number: data[0]!.number,
      state: isOpen ? 'open' : 'closed',
    })
  }

  it('shows a change in seven open tabs, all seen at once, and says so', async () => {
    const own = await context()
    const tabs: Page[] = []
    for (let tab = 0; tab < 7; tab++) tabs.push(await opened(own, tab === 3 ? '/models/fraud' : '/'))
    await Promise.all(tabs.map(isLive))
    await change()
    await Promise.all(tabs.map(tab => tab.locator('main', { hasText: 'kept out: ' }).waitFor()))
    await Promise.all(tabs.map(hasChanged))
  })

  it.each(READERS)(
    'has no fault that axe finds after the first event: %s, %s',
    async (width, colorScheme) => {
      const own = await context({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
      const page = await opened(own)
      await isLive(page)
      await change()
      await hasChanged(page)

      expect(await faultsOf(page)).toEqual([])
    },
  )

  it('leaves what has the focus, what is typed and where it was scrolled to, and breaks no rule of its own', async () => {
    const own = await context({ viewport: { width: 900, height: 300 } })
    const page = await own.newPage()
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
    await page.goto(at('/'))
    await isLive(page)
    await page.fill('#q', 'fra')
    // So that this small table is wider than its place, which it is on no phone.
    await page.evaluate(
      "document.styleSheets[0].insertRule('.scroll { width: 300px }', document.styleSheets[0].cssRules.length)",
    )
    await page.evaluate("document.querySelector('.scroll').scrollLeft = 40")
    await page.focus('tbody th a')
    const top = await page.evaluate<number>(PLACE)
    await change()
    await hasChanged(page)

    expect(await page.evaluate('document.activeElement.textContent')).toBe('fraud')
    expect(await page.inputValue('#q')).toBe('fra')
    expect(await page.evaluate("document.querySelector('.scroll').scrollLeft")).toBe(40)
    const moved = async () => Math.abs((await page.evaluate<number>(PLACE)) - top)
    await expect.poll(moved, { timeout: 60_000 }).toBeLessThan(2)
    expect(said).toEqual([])
  })

  it('can be paused by keyboard, and catches up', async () => {
    const own = await context()
    const page = await opened(own)
    await isLive(page)
    await page.focus('#pause')
    await page.keyboard.press('Enter')
    expect([await page.textContent('#pause'), await status(page)]).toEqual(['Resume', 'Paused'])
    await change()
    await scene.settled()
    expect(await status(page)).toBe('Paused')
    await page.keyboard.press('Enter')
    await hasChanged(page)
  })

  it('closes its stream while it is hidden, and catches up when it is seen again', async () => {
    const own = await context()
    const page = await opened(own)
    await isLive(page)
    const ended = () => scene.log().split('"route":"events"').length
    const before = ended()
    const hide = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      )
    await hide(true)
    while (ended() === before) await new Promise(resolve => setTimeout(resolve, 5))
    await change()
    await scene.settled()
    await hide(false)
    await hasChanged(page)
  })

  it('is complete without script', async () => {
    const own = await context({ javaScriptEnabled: false })
    const page = await opened(own)
    expect(await page.isHidden('#pause')).toBe(true)
    await page.fill('#q', 'nothing-like-it')
    await page.click('button:has-text("Show")')
    await page.locator('main', { hasText: 'No model is like that.' }).waitFor()
  })

  it.each([
    ['a phone', { viewport: { width: 390, height: 800 } }],
    ['400 % zoom', { viewport: { width: 320, height: 256 } }],
    ['forced colours', { viewport: { width: 1280, height: 800 }, forcedColors: 'active' as const }],
  ])('is not wider than the window: %s', async (_, options) => {
    const own = await context(options)
    const page = await opened(own)
    await isLive(page)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(options.viewport.width)
  })
})
