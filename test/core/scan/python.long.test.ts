import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { missing } from '../../support/tools.ts'
import { BYPASSES } from './bypasses.ts'
import { WAYS } from './pickles.ts'

const scan = (file: Uint8Array) => scanModel(bytesInMemory(file), isKnownImport)

it('finds whatever Python itself would bring in, also in files that no Python has written', () => {
  const evil = BYPASSES.slice(0, 12).flatMap(([, name]) => Object.values(WAYS).map(write => write(name)))
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

it.skipIf(missing('python3', '-c', 'import sklearn'))(
  'lets pass what scikit-learn, joblib and NumPy save',
  { timeout: 600_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'models-'))
    execFileSync('python3', ['test/data/models/ordinary.py', folder], { stdio: 'pipe' })
    const files = readdirSync(folder)
    const refused = files.flatMap(file => {
      const { findings, unscannable, format } = scan(readFileSync(join(folder, file)))
      return findings.length > 0 || unscannable
        ? [{ file, format, findings: findings.slice(0, 3), unscannable }]
        : []
    })

    expect(refused).toEqual([])
    expect(files.length).toBeGreaterThan(700)
  },
)
