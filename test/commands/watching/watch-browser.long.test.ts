import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watchRoutes } from '../../../src/commands/watching/routes.ts'
import { EVERYTHING } from '../../../src/core/secrets/token-scope.ts'
import { judgeSeen } from '../../../src/core/traffic/seen/judge-seen.ts'
import type { Watching } from '../../../src/core/traffic/watch/watching.ts'
import { startServer, type WebServer } from '../../../src/services/web/server.ts'
import { PROFILE, windowOf } from '../../core/traffic/drift/profiles.ts'
import { CHROMIUM, startBrowser } from '../../support/browser.ts'
import { faultsOf } from '../../support/page-faults.ts'

/** The page of `assay watch` in a browser, which is asked for a password and shows each round by itself. */

const LACKING = existsSync(CHROMIUM) || process.env.CI ? '' : ` (needs ${CHROMIUM})`
const TOKEN = '9d1f0c77be52a3486e'
const NOW = Date.parse('2026-05-20T12:00:00Z')
const SHIFTED = { income: [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0] }

function watched(model: string, other?: Record<string, number[]>): Watching {
  const features = [...windowOf(1000, other).features].map(
    ([name, counts]) => [name, { counts: Array.from(counts) }] as const,
  )
  const seen = { asOf: NOW, notes: [], windows: { shift: { minutes: 1440, features: new Map(features) } } }
  const verdict = judgeSeen({
    profile: { ...PROFILE, model },
    seen,
    settings: { budget: { alarms: 1, days: 30 } },
    now: NOW,
  })
  return {
    model,
    environment: 'production',
    release: '2026-05-19-aaaaaaa',
    verdict,
    alarms: [],
    lookedAt: NOW,
    asOf: NOW,
    breakage: new Map(),
  }
}

describe.skipIf(LACKING !== '')(`the page of a watch${LACKING}`, () => {
  let all = ['churn', 'fraud', 'price'].map(model => watched(model))
  const calls = new Set<(ids: string) => void>()
  let server: WebServer
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    server = await startServer({
      routes: watchRoutes({
        watcher: {
          all: () => all,
          canaries: () => [],
          slow: () => undefined,
          takenBack: () => undefined,
          notes: () => [],
          show() {},
        },
        scopeOf: head =>
          head.header('authorization') === `Basic ${btoa(`me:${TOKEN}`)}` ? EVERYTHING : undefined,
        onChange(call) {
          calls.add(call)
          return () => calls.delete(call)
        },
        startedAt: NOW,
        now: () => NOW,
        ready: () => true,
        version: '1.0.0',
      }),
      host: '127.0.0.1',
      port: 0,
    })
    browser = await startBrowser()
    const context = await browser.newContext({ httpCredentials: { username: 'me', password: TOKEN } })
    page = await context.newPage()
    page.on('console', message => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', error => faults.push(String(error)))
    await page.goto(`http://127.0.0.1:${server.port}/`)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close(0)
  })

  it('shows what has changed without being loaded again', async () => {
    expect(await page.locator('.lead').textContent()).toContain('3 steady')
    await page.evaluate('globalThis.isSame = true')
    await expect.poll(() => calls.size, { timeout: 120_000 }).toBeGreaterThan(0)
    all = [watched('churn'), watched('fraud', SHIFTED), watched('price')]
    for (const call of calls) call('*')

    await page.locator('.lead', { hasText: '1 critical, 2 steady' }).waitFor()
    expect(await page.locator('tbody th').first().innerText()).toBe('fraud\nproduction')
    expect(await page.evaluate('globalThis.isSame')).toBe(true)
    expect(faults).toEqual([])
  })

  it('can be used by everybody, and leads to the report of a model', async () => {
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('link', { name: 'fraud' }).click()
    expect(await page.locator('h1').textContent()).toContain('critical: shift in 1 of 3 features')
    expect(faults).toEqual([])
  })
})
