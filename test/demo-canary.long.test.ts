import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsOfPages } from './support/page-faults.ts'
import { missing } from './support/tools.ts'

/** The whole canary with everything real: Envoy, servers, collector, `assay watch`, the bot, git. */

describe.skipIf(missing('envoy', '--version'))('npm run demo -- canary', () => {
  let out: string
  let told: string

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'assay-demo-canary-'))
    const child = spawn(process.execPath, ['demo/main.ts', 'canary', '--out', out], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [said, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    told = said
    expect(`${errors}${exitCode === 0 ? '' : said}`).toBe('')
    // On a machine with much else to do each release takes its workflow a minute and more.
  }, 1_800_000)
  afterAll(() => rm(out, { recursive: true, force: true }))

  /** What was told under a heading, up to the next. */
  const chapter = (heading: string) => told.split(/\n\n(?=\S)/).find(one => one.startsWith(heading)) ?? ''
  const page = (name: string) => readFile(join(out, name), 'utf8')

  it('splits by a real Envoy', () => {
    expect(told).toContain('A real Envoy at http://127.0.0.1:')
    expect(told).not.toContain('Left out')
  })

  it('gives each share that was declared, and nobody meets both releases', () => {
    const splits = [
      ...told.matchAll(
        /The split: ([\d.]+) % declared, ([\d.]+) % seen \([\d.]+ % to [\d.]+ %\) of ([\d,]+) users, e-value ([\d.e+-]+); met both releases: (\d+) by the collector, (\d+) by the answers/g,
      ),
    ].map(([, ...numbers]) => numbers.map(one => Number(one.replaceAll(',', ''))))

    expect(splits).toHaveLength(3)
    for (const [declared, seen, users, e, ...both] of splits as number[][]) {
      expect(Math.abs(seen! - declared!)).toBeLessThan(5)
      expect(users).toBeGreaterThan(500)
      expect(e).toBeLessThan(1000)
      expect(both).toEqual([0, 0])
    }
  })

  it('leaves pages that everybody can read, none wider than a phone', async () => {
    expect(await faultsOfPages(out)).toEqual([])
  })

  it('promotes the same model, step by step, and calls nothing harm', async () => {
    const same = chapter('The same model again')

    expect(same).toMatch(/merged by assay\[bot\]: Give late-flights \S+ 50 % of the traffic in production/)
    expect(same).toMatch(/merged by assay\[bot\]: Promote late-flights \S+ to production/)
    expect(same).not.toMatch(/: fail: /)
    expect(await page('canary-same.html')).toContain('pass')
  })

  it('takes the worse one back with nobody at the keyboard, and no request meets it again', async () => {
    const worse = chapter('One that converts worse')

    expect(worse).toMatch(/All gates: pass/)
    expect(worse).toMatch(/merged by assay\[bot\]: Take late-flights \S+ back in production/)
    expect(worse).toMatch(/10,000 requests more, (?:[4-9]\d|\d{3}) of them by users .*: 0 of them went to it/)
    expect(await page('taken-back.html')).toContain('harm')
    expect(await page('canary-worse.html')).toContain('fail')
  })

  it('promotes the better one to all', async () => {
    const better = chapter('A better one')

    expect(better).toMatch(/merged by assay\[bot\]: Promote late-flights \S+ to production/)
    expect(better).toMatch(/All of the traffic goes to 2026-03-23-\w{7} now/)
    expect(await page('promoted.html')).toContain('Merged')
  })

  it('leaves nothing running', async () => {
    const addresses = [...told.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([address]) => address)

    expect(new Set(addresses).size).toBeGreaterThan(4)
    for (const address of new Set(addresses)) await expect(fetch(address)).rejects.toThrow()
  })
})
