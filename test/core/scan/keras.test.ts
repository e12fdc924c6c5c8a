import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'

const read = (file: string) => readFileSync(`test/data/models/keras-3.15.1/${file}`)
const scan = (bytes: Uint8Array) => scanModel(bytesInMemory(bytes), isKnownImport)

describe('what Keras 3.15.1 and h5py 3.16.0 save (test/data/models/keras_models.py)', () => {
  it.each([
    ['model.keras', 'keras'],
    ['model.h5', 'hdf5'],
    ['model.weights.h5', 'hdf5'],
  ])('%s passes', (file, format) => {
    expect(scan(read(file))).toEqual({ format, findings: [], imports: 0 })
  })

  it.each([
    ['lambda.keras', 'Lambda'],
    ['lambda.h5', 'Lambda'],
    ['latest.h5', 'Lambda'],
    ['fixed.h5', 'Lambda'],
  ])('%s carries code', (file, name) => {
    expect(scan(read(file)).findings).toContainEqual({ kind: 'code_layer', name })
  })

  it.each([
    ['linked.h5', '../../secrets.h5'],
    ['linked-latest.h5', '../../secrets.h5'],
    ['external.h5', 'bytes of an array'],
    ['virtual.h5', 'a virtual array'],
  ])('%s reads another file', (file, name) => {
    expect(scan(read(file)).findings).toContainEqual({ kind: 'outside_file', name })
  })

  it('nobody can tell where attributes stand in a heap of their own', () => {
    expect(scan(read('many.h5')).unscannable).toMatchObject({ why: 'hdf5' })
  })

  it('a configuration that says its module in the old way is held to the same', () => {
    const own = read('fixed.h5').toString('latin1').replace('"Lambda"', '"a>Lamb"')

    expect(scan(Buffer.from(own, 'latin1')).findings).toContainEqual({
      kind: 'foreign_class',
      name: 'a>Lamb',
    })
  })
})

describe('HDF5 that nobody has written', () => {
  const files = ['model.h5', 'latest.h5', 'linked.h5', 'linked-latest.h5'].map(read)

  it('ends in an answer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        (file, edits) => {
          const bytes = Uint8Array.from(file)
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          expect(() => scan(bytes)).not.toThrow()
        },
      ),
    )
  })

  it('ends in an answer wherever it is cut off, and is not safe where what it says is gone', () => {
    const file = read('lambda.h5')
    for (let end = 16; end < file.length; end += 97) {
      const { findings, unscannable } = scan(file.subarray(0, end))
      expect(findings.length > 0 || unscannable !== undefined, `${end}`).toBe(true)
    }
  })
})
