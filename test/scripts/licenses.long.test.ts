import { readFileSync } from 'node:fs'
import { build } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Bundles, bundles } from '../../scripts/bundles.ts'

describe('the bundles', () => {
  let built: Bundles
  const listed = (path: string) =>
    [...built.files.get(path)!.matchAll(/^-{80}\n(\S+) \S+ \(\S+\)$/gm)].map(([, name]) => name!)

  beforeAll(async () => {
    built = await bundles('library', false)
  })

  it('hold nothing that must not be shipped', () => {
    expect(built.problems).toEqual([])
  })

  it('hold every program that package.json names, as one that starts by itself', () => {
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> }

    expect(Object.keys(bin)).toEqual(['assay', 'assay-bot'])
    for (const path of Object.values(bin)) expect(built.files.get(path)).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it.each([
    ['action/main.ts', ['dist/licenses.txt']],
    ['cli/main.ts', ['dist/licenses.txt', 'library/licenses.txt']],
  ])('made of %s: every package is listed in %s', async (entry, paths) => {
    // Unminified, the bundler writes above each module where it is from: another way to what is bundled than its module graph.
    const { output } = await build({
      input: entry,
      platform: 'node',
      logLevel: 'silent',
      write: false,
      output: { format: 'cjs', codeSplitting: false },
    })
    const names = [
      ...output[0].code.matchAll(/^\/\/ (?:\S*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm),
    ].map(([, name]) => name!)
    const bundled = new Set([...names, 'rolldown'])

    expect(bundled.size).toBeGreaterThan(50)
    expect(output[0].code).toContain('// \\0rolldown/runtime.js')
    for (const path of paths) expect([...bundled].filter(name => !listed(path).includes(name))).toEqual([])
  })

  it('are passed on with our own licence and notice first, and with the notices of others', () => {
    for (const path of ['dist/licenses.txt', 'library/licenses.txt']) {
      const text = built.files.get(path)!

      expect(listed(path)[0]).toBe('assay')
      for (const file of [
        'LICENSE',
        'NOTICE',
        'node_modules/echarts/NOTICE',
        'node_modules/echarts/licenses/LICENSE-d3',
        'node_modules/undici/lib/web/fetch/LICENSE',
        'node_modules/ms/license.md',
      ])
        expect(text, file).toContain(readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim())
      // Code that packages took from others, with no file for it.
      for (const notice of [
        'Copyright 2013 Google Inc.',
        'Zhipeng Jia',
        '2016 Luigi Pinca',
        'Intel Corporation',
        'Fedor Indutny',
      ])
        expect(text).toContain(notice)
    }
  })
})
