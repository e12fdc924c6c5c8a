import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { playAgain, playTelling, playUsualDays, playWinter } from '../demo/drift/alarm-chapter.ts'
import { openWorld } from '../demo/drift/open-world.ts'
import { prove } from '../demo/drift/prove.ts'
import { playRetraining } from '../demo/drift/retraining-chapter.ts'
import { narrateTo } from '../demo/narrate.ts'
import { minutesOf } from '../src/core/config/drift.ts'
import { ALERTMANAGER } from './support/alertmanager.ts'
import { SLOW } from './support/slow.ts'
import { missing } from './support/tools.ts'

// Alerts take real minutes, and so does all that comes of them.
vi.setConfig({ testTimeout: SLOW })

/**
 * The loop as `npm run demo -- drift` plays it: two real servers, the collector, `assay watch`, a real Prometheus, two real
 * Alertmanagers that know nothing of each other, the bot, and a winter. With ASSAY_LOOP_WINDOW=5m over five minutes of rows.
 */

const WINDOW = process.env.ASSAY_LOOP_WINDOW ?? '1m'
/** `assay watch` looks once a minute. */
const TICK_MS = 60_000
const out = mkdtempSync(join(tmpdir(), 'assay-loop-'))
afterAll(() => rm(out, { recursive: true, force: true }))

describe.skipIf(missing('prometheus', '--version') || missing(ALERTMANAGER, '--version'))('a winter', () => {
  it('is told once, and one retraining is weighed, though the bot is killed and told again and again', async () => {
    const told: string[] = []
    const stream = {
      write: (text: string) => told.push(text),
      on: () => {},
    } as unknown as NodeJS.WritableStream
    const narrator = narrateTo(stream, () => performance.now())
    const ends: (() => Promise<void>)[] = []
    try {
      const atEnd = (end: () => Promise<void>) => void ends.push(end)
      const { world, winter } = await openWorld({ out, narrator, atEnd, window: WINDOW, alertmanagers: 2 })
      await playUsualDays(world)
      const begun = await playWinter(world, winter)
      await world.bot.kill()
      await playTelling(world, begun)
      const slack = performance.now() - begun
      const retraining = await playRetraining(world)
      await world.bot.kill()
      const times = await playAgain(world)
      await prove(world, times)

      console.info(`shift to Slack in ${Math.round(slack / 1000)} s, at a window of ${WINDOW}`)
      expect(slack).toBeLessThanOrEqual(minutesOf(WINDOW) * 60_000 + 2 * TICK_MS)
      expect(retraining).toMatchObject({ author: 'assay[bot]', title: 'Retrain late-flights', state: 'open' })
      expect(retraining.checks).toHaveLength(1)
      expect(retraining.comments).toHaveLength(1)
    } finally {
      for (const end of ends.reverse()) await end()
    }

    const text = told.join('')
    expect(text).toMatch(/they say (0\.\d+) and \1\n/)
    expect(text).toContain('late-flights: critical: shift in ')
    expect(text).toContain('late-flights in production: shift\n')
    expect(text).toMatch(/Told \d+ times: one issue \("Alert: late-flights in production", open\)/)
    expect(await readFile(join(out, 'drift.html'), 'utf8')).toContain('critical: shift in ')
    expect(await readFile(join(out, 'models.html'), 'utf8')).toMatch(/Wrong now \(1\)[\s\S]*live traffic: /)
    expect(await readFile(join(out, 'retraining.html'), 'utf8')).toContain('Retrain late-flights')
  })
})

describe('npm run demo -- drift', () => {
  /** Where there is git and nothing else. */
  function bare(): Record<string, string> {
    const path = mkdtempSync(join(out, 'bin-'))
    for (const tool of ['git', 'sh']) {
      const places = process.env.PATH!.split(':').map(folder => join(folder, tool))
      symlinkSync(places.find(place => existsSync(place))!, join(path, tool))
    }
    return { PATH: path }
  }

  it('says what is left out where it is not installed, and leaves nothing behind on Ctrl+C', async () => {
    const child = spawn(process.execPath, ['demo/main.ts', 'drift', '--out', join(out, 'stopped')], {
      env: bare(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const opened = new Promise<void>(resolve => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (piece: string) => {
          said += piece
          if (said.includes('A winter begins')) resolve()
        })
    })
    const closed = once(child, 'close')
    await Promise.race([opened, closed])
    child.kill('SIGINT')
    const [code] = await closed

    expect(said).toContain('Left out: Prometheus and Alertmanager, not installed here (')
    expect(said).toContain('Left out: the one in Python, since there is no python3.')
    expect(said).toContain('Stopped. Nothing is left running.')
    expect(code).toBe(130)
    const addresses = [...new Set(said.match(/http:\/\/127\.0\.0\.1:\d+/g))]
    expect(addresses.length).toBeGreaterThanOrEqual(5)
    for (const address of addresses) await expect(fetch(address), address).rejects.toThrow()
  })

  it('names the stories that there are', async () => {
    const child = spawn(process.execPath, ['demo/main.ts', 'summer'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
    })
    const [code] = await once(child, 'close')
    expect({ code, said: said.trim() }).toEqual({
      code: 1,
      said: 'There is no story "summer".\nRun: npm run demo, npm run demo -- drift, or npm run demo -- canary',
    })
  })
})
