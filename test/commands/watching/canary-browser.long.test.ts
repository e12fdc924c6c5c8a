import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watchRoutes } from '../../../src/commands/watching/routes.ts'
import { EVERYTHING } from '../../../src/core/secrets/token-scope.ts'
import { unseenVerdict } from '../../../src/core/traffic/seen/judge-seen.ts'
import { type CanaryWatching, canaryAfter } from '../../../src/core/traffic/watch/canary-watching.ts'
import { startServer, type WebServer } from '../../../src/services/web/server.ts'
import { watchedCanary } from '../../core/page/canaries.ts'
import { CHROMIUM, startBrowser } from '../../support/browser.ts'
import { faultsOf } from '../../support/page-faults.ts'

/** The live page of a canary in a browser: what its text alone does not tell. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`
const LONG = `${'a_name_without_a_space_'.repeat(4)}<script>"|[x](http://evil.example)\u202egnp.exe`

describe.skipIf(LACKING !== '')(`the page of a canary${LACKING}`, () => {
  const { canary, now } = watchedCanary({ challenger: 0.064 }, 288 * 3, {
    conversion: { outcome: LONG.slice(0, 100), within: '1h', margin: 0.005 },
  })
  const harm = watchedCanary({ challenger: 0.02 }, 120)
  const later = { ...harm.canary, model: 'fraud' }
  let shown: CanaryWatching[] = []
  const calls = new Set<(ids: string) => void>()
  let clock = now
  let server: WebServer
  let browser: Browser

  beforeAll(async () => {
    server = await startServer({
      routes: watchRoutes({
        watcher: {
          all: () =>
            shown.map(({ model, environment }) => ({
              model,
              environment,
              verdict: unseenVerdict(model, 'nothing was asked', { alarms: 1, days: 30 }),
              alarms: [],
              breakage: new Map(),
            })),
          canaries: () => shown,
          slow: () => undefined,
          takenBack: () => undefined,
          notes: () => [],
          show() {},
        },
        scopeOf: () => EVERYTHING,
        onChange(call) {
          calls.add(call)
          return () => calls.delete(call)
        },
        startedAt: now,
        now: () => clock,
        ready: () => true,
        version: '1.0.0',
      }),
      host: '127.0.0.1',
      port: 0,
    })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close(0)
  })

  const address = (path: string) => `http://127.0.0.1:${server.port}${path}`
  const complaintsOf = (page: Page): string[] => {
    const faults: string[] = []
    page.on('console', message => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', error => faults.push(String(error)))
    return faults
  }

  it.each([
    [390, 'light', 'now'],
    [390, 'dark', 'now'],
    [1280, 'light', 'now'],
    [1280, 'dark', 'now'],
    [390, 'dark', 'of an hour ago'],
    [1280, 'light', 'of an hour ago'],
  ] as const)(
    'can be used by everybody at %i pixels, %s, %s, and nothing is wider',
    async (width, colorScheme, age) => {
      shown = [canary]
      clock = age === 'now' ? now : now + 3_600_000
      // The rules of the page let no script in but its own: that it breaks none of them is looked at below.
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
      await page.goto(address('/canary/churn/production'))
      await page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
      expect(await faultsOf(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await page.locator('.stale').count()).toBe(age === 'now' ? 0 : 1)
      await page.close()
    },
  )

  it('is led to from its row, is drawn under its own rules, and shows each look without being loaded again', async () => {
    clock = harm.now
    shown = [harm.canary, later]
    const page = await browser.newPage()
    const faults = complaintsOf(page)
    await page.goto(address('/'))
    await page.getByRole('link', { name: 'canary at 5 %: fail' }).first().click()
    expect(await page.locator('h1').innerText()).toBe('Canary of churn in production')
    expect(await page.locator('.card strong').innerText()).toBe('fail')
    const opacity = "getComputedStyle(document.querySelector('.plot .band')).fillOpacity"
    expect(await page.evaluate(opacity)).toBe('0.2')

    await page.evaluate('globalThis.isSame = true')
    await expect.poll(() => calls.size, { timeout: 120_000 }).toBeGreaterThan(0)
    const unseen = { verdict: 'inconclusive', reason: { kind: 'uncounted', why: 'it answers 503' } } as const
    clock += 60_000
    shown = [canaryAfter(harm.canary, { ...unseen, key: harm.canary.step.rules.key }, clock).watching, later]
    for (const call of calls) call('*')
    await page
      .locator('.card', { hasText: 'its traffic is not known: it answers 503' })
      .waitFor({ timeout: 120_000 })
    expect(await page.locator('.stale').count()).toBe(1)
    expect(await page.evaluate('globalThis.isSame')).toBe(true)
    expect(faults).toEqual([])
    await page.close()
  })

  it('is grey by itself once it says nothing of now, where nobody tells it and nobody answers', async () => {
    shown = [canary]
    // The counts are 20 s old, and good for three minutes.
    clock = now + 157_000
    const page = await browser.newPage()
    const colour = () => page.evaluate("getComputedStyle(document.querySelector('.measured b')).color")
    await page.goto(address('/canary/churn/production'))
    const before = await colour()
    expect(await page.locator('main').getAttribute('data-good')).toBe('3')
    await page.route('**/*', route => route.abort())
    await page.locator('main.old').waitFor({ timeout: 120_000 })
    expect(await colour()).not.toBe(before)
    await page.getByText('Not live: it could not be asked').waitFor({ timeout: 120_000 })

    clock = now + 160_001
    await page.unroute('**/*')
    await page.locator('.stale').waitFor({ timeout: 120_000 })
    expect(await page.locator('main').getAttribute('data-good')).toBeNull()
    await page.close()
  })

  it('is complete without script', async () => {
    clock = harm.now
    shown = [harm.canary]
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(address('/canary/churn/production'))
    expect(await page.locator('h2').allInnerTexts()).toEqual([
      'The split',
      'Conversion',
      'Guardrails',
      'What changed',
      'Age of the data',
    ])
    expect(await page.locator('.plot svg').isVisible()).toBe(true)
    await page.getByText('Numbers over time').click()
    expect(await page.locator('figure table tbody tr').count()).toBe(12)
    await context.close()
  })

  it('is not there where nothing is tried', async () => {
    shown = []
    const answer = await fetch(address('/canary/churn/production'))
    expect(answer.status).toBe(404)
  })
})
