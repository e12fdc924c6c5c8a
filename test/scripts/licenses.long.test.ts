import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundles, bundles } from '../../scripts/bundles.ts'
import { bundledPackages, licenseProblems, licensesText, readPackage } from '../../scripts/licenses.ts'
import { noticesIn } from '../../scripts/notices.ts'
import { testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

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
      for (const notice of ['Copyright 2013 Google Inc.', 'Zhipeng Jia', '2016 Luigi Pinca'])
        expect(text).toContain(notice)
    }
  })
})

describe('a bundled package', () => {
  const packageOf = (name: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries({
      'index.js': `export default () => console.log('${name}')`,
      ...files,
    })) {
      const file = join(folder, 'node_modules', name, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }
  const manifest = (name: string, license?: unknown) => JSON.stringify({ name, version: '1.0.0', license })

  it('that must not be shipped is named with its reason, all of them at once, and nothing is said of the others', async () => {
    packageOf('good', { 'package.json': manifest('good', 'MIT'), LICENCE: 'Permission …' })
    packageOf('@scope/inner', { 'package.json': manifest('@scope/inner', 'ISC'), 'docs/COPYING.txt': 'x' })
    packageOf('textless', { 'package.json': manifest('textless', 'MIT'), NOTICE: 'x', 'license.js': 'x' })
    packageOf('empty', { 'package.json': manifest('empty', 'MIT'), LICENSE: ' \n' })
    packageOf('strong', { 'package.json': manifest('strong', 'GPL-3.0-only'), LICENSE: 'x' })
    packageOf('either', { 'package.json': manifest('either', '(MIT OR GPL-2.0)'), LICENSE: 'x' })
    packageOf('old', { 'package.json': manifest('old', { type: 'MIT' }), LICENSE: 'x' })
    packageOf('silent', { 'package.json': manifest('silent'), LICENSE: 'x' })
    packageOf('good/node_modules/nested', { 'package.json': manifest('nested', 'MIT') })
    packageOf('unused', { 'package.json': manifest('unused', 'GPL-3.0-only') })
    writeFileSync(join(folder, 'node_modules/good/index.js'), "export { default } from 'nested'")
    const names = ['good', '@scope/inner', 'textless', 'empty', 'strong', 'either', 'old', 'silent']
    writeFileSync(
      join(folder, 'main.js'),
      `${names.map((name, at) => `import a${at} from '${name}'`).join('\n')}\nimport 'unused'\nconsole.log(${names.map((_, at) => `a${at}`)})`,
    )
    const { output } = await build({ cwd: folder, input: 'main.js', write: false })
    const { packages, problems } = bundledPackages(folder, Object.keys(output[0].modules))

    expect(problems).toEqual([])
    expect(licenseProblems(packages).map(text => text.replace(/which is none of .*/, '…'))).toEqual([
      'either@1.0.0 is bundled under (MIT OR GPL-2.0), …',
      'empty@1.0.0 is bundled, and has no file with the text of its licence: it cannot be passed on',
      'nested@1.0.0 is bundled, and has no file with the text of its licence: it cannot be passed on',
      'old@1.0.0 is bundled, and its package.json names no licence by an SPDX name',
      'silent@1.0.0 is bundled, and its package.json names no licence by an SPDX name',
      'strong@1.0.0 is bundled under GPL-3.0-only, …',
      'textless@1.0.0 is bundled, and has no file with the text of its licence: it cannot be passed on',
    ])
    expect(licensesText(readPackage('.', ['LICENSE']), packages)).toContain('[docs/COPYING.txt]')
  })

  it('is asked for by every module: one that is of no package is a problem, not ours by default', () => {
    expect(
      bundledPackages('/repository', [
        '/repository/src/a.ts',
        '/elsewhere/b.ts',
        '\0unknown-helper',
        '/repository/../c.ts',
      ]).problems,
    ).toEqual([
      '/elsewhere/b.ts is bundled, and is of no package',
      '/repository/../c.ts is bundled, and is of no package',
      '\\u0000unknown-helper is bundled, and is of no package',
    ])
  })
})

describe('what modules say of whose code they are', () => {
  it.each([
    ['a block', 'a()\n/*\n * Copyright 2013 Ada\n */\nb()', ['/*\n* Copyright 2013 Ada\n*/']],
    ['a bang', 'a();/*! x | @license MIT */b()', ['/*! x | @license MIT */']],
    [
      'lines',
      '  // Licensed under MIT.\n  // By Ada.\n\n  // Another.\n',
      ['// Licensed under MIT.\n// By Ada.'],
    ],
    ['CRLF', '// (c) Ada\r\n// Copyright Ada\r\n', ['// (c) Ada\n// Copyright Ada']],
    ['the same twice', '// Copyright Ada\na()\n// Copyright Ada\n', ['// Copyright Ada']],
    ['no comment', "const text = 'Copyright Ada'\nfoo() // fine\n", []],
    ['nothing', '', []],
  ])('%s', (_, source, notices) => {
    expect(noticesIn(source)).toEqual(notices)
  })
})
