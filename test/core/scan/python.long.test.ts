import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { SLOW } from '../../support/slow.ts'
import { missing } from '../../support/tools.ts'
import { BYPASSES } from './bypasses.ts'
import { bytes, WAYS } from './pickles.ts'

// Python trains and saves hundreds of models.
vi.setConfig({ testTimeout: SLOW })

const scan = (file: Uint8Array) => scanModel(bytesInMemory(file), isKnownImport)

it('finds whatever Python itself would bring in, also in files that no Python has written', () => {
  const evil = BYPASSES.slice(0, 12).flatMap(([, name]) => Object.values(WAYS).map(write => write(name)))
  // What stands before it is dropped again, or is a pickle of its own.
  const before = fc.sample(
    fc.tuple(
      fc.constantFrom('I', 'L', 'F', 'S', 'V', 'I1\np', 'I1\np1\ng', 'I1\np0\ng', 'P', 'ccollections\n'),
      fc.array(
        fc.constantFrom('0', '1', '9', '_', '+', '-', ' ', '\t', '\r', '\0', 'L', '.', 'e', "'", 'x', '\xa0'),
        { maxLength: 5 },
      ),
      fc.constantFrom('\n0', '\n00', '\n(tR0', '\n', '.'),
      fc.constantFrom(WAYS['GLOBAL and REDUCE, protocol 0']!, WAYS['INST, protocol 0']!),
    ),
    3_000,
  )
  const changed = fc.sample(
    fc.tuple(
      fc.constantFrom(...evil),
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'remove')), {
        minLength: 1,
        maxLength: 6,
      }),
    ),
    2_000,
  )
  const files = [
    ...evil,
    ...before.map(([opcode, argument, drop, write]) =>
      bytes(opcode, argument.join(''), drop, write('posix.system')),
    ),
    ...changed.map(([file, edits]) => {
      const edited = [...file]
      for (const [at, value, how] of edits)
        if (how === 'set') edited[at % edited.length] = value
        else
          edited.splice(
            at % (edited.length + 1),
            how === 'remove' ? 1 : 0,
            ...(how === 'insert' ? [value] : []),
          )
      return Uint8Array.from(edited)
    }),
  ]
  const input = Buffer.concat(
    files.flatMap(file => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(file.length)
      return [length, file]
    }),
  )
  const lines = execFileSync('python3', ['test/data/models/names.py'], { input, maxBuffer: 1 << 28 })
  const loaded: { names: string[]; acted: boolean }[] = lines
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

  expect(loaded).toHaveLength(files.length)
  const missed = files.filter((file, index) => {
    const { names, acted } = loaded[index]!
    const { findings, unscannable, format } = scan(file)
    const told = findings.map(finding => ('name' in finding ? finding.name : ''))
    const unknown = names.filter(name => !isKnownImport(name))
    // A list of packages begins like a pickle of protocol 0, and ends in a mistake before anything is done.
    if (format === 'text' && !acted) return false
    return unknown.length > 0 && !unscannable && !unknown.every(name => told.includes(name))
  })
  expect(missed.map(file => Buffer.from(file).toString('latin1'))).toEqual([])
  expect(loaded.filter(({ names }) => names.length > 0).length).toBeGreaterThan(evil.length)
})

/** What is installed by scripts/install-tools.sh, and held to here. */
const VERSIONS = {
  'scikit-learn': '1.9.1',
  joblib: '1.6.0',
  numpy: '2.4.6',
  'xgboost-cpu': '3.2.0',
  lightgbm: '4.7.0',
}

describe.skipIf(missing('python3', '-c', 'import sklearn, xgboost, lightgbm'))('what is saved by', () => {
  it('the versions that are meant', () => {
    const asked = `import importlib.metadata as m; print(*(m.version(n) for n in ${JSON.stringify(Object.keys(VERSIONS))}))`

    expect(execFileSync('python3', ['-c', asked]).toString().trim().split(' ')).toEqual(
      Object.values(VERSIONS),
    )
  })

  it.each([
    ['scikit-learn, joblib and NumPy', 'ordinary.py', 700],
    ['XGBoost and LightGBM', 'boosted.py', 60],
  ])('%s passes', (_, script, least) => {
    const folder = mkdtempSync(join(tmpdir(), 'models-'))
    execFileSync('python3', [`test/data/models/${script}`, folder], { stdio: 'pipe' })
    const files = readdirSync(folder)

    expect(files.flatMap(file => refused(file, readFileSync(join(folder, file))))).toEqual([])
    expect(files.length).toBeGreaterThan(least)
  })

  it('scikit-learn, also by classes that no test saves', () => {
    const defined = JSON.parse(
      execFileSync('python3', ['test/data/models/names_of.py', 'sklearn'], { stdio: 'pipe' }).toString(),
    ) as Record<string, string[]>
    const names = Object.entries(defined).flatMap(([module, all]) => all.map(name => `${module}.${name}`))

    expect(names.filter(name => !isKnownImport(name))).toEqual([])
    expect(names.length).toBeGreaterThan(400)
  })
})

function refused(file: string, bytes: Uint8Array): object[] {
  const { findings, unscannable, format } = scan(bytes)
  return findings.length > 0 || unscannable
    ? [{ file, format, findings: findings.slice(0, 3), unscannable }]
    : []
}
