import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, describe, expect, it } from 'vitest'
import { bundledPackages, licenseProblems, licensesText, readPackage } from '../../scripts/licenses.ts'
import { noticesIn } from '../../scripts/notices.ts'
import { testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

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

  it('that holds WebAssembly is asked whose code was compiled into it', async () => {
    const wasm = "export default 'AGFzbQEAAAA='"
    packageOf('hysnappy', { 'package.json': manifest('hysnappy', 'MIT'), LICENSE: 'x', 'index.js': wasm })
    packageOf('secret', { 'package.json': manifest('secret', 'MIT'), LICENSE: 'x', 'index.js': wasm })
    const paths = ['hysnappy', 'secret'].map(name => join(folder, 'node_modules', name, 'index.js'))
    const { packages, problems } = bundledPackages(folder, paths)

    expect(problems).toEqual(['secret holds WebAssembly: say in scripts/compiled-in.ts of whose code it is'])
    const text = licensesText(readPackage('.', ['LICENSE']), packages)
    expect(text).toContain('[compiled in: snappy-c]')
    expect(text).toContain('Copyright 2005 Google Inc. All Rights Reserved.')
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
