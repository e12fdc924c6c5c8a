import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { kerasFindings } from '../../../src/core/scan/formats/keras.ts'
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

describe('what a configuration of Keras may name', () => {
  const told = (one: object) =>
    kerasFindings(JSON.stringify({ class_name: 'Model', config: { layers: [one] } }))

  it.each<object>([
    { class_name: 'Dense', config: { activation: 'relu' } },
    { module: 'keras.layers', class_name: 'Dense', registered_name: null },
    { module: 'keras.src.engine.functional', class_name: 'Functional', registered_name: 'Functional' },
    { module: 'keras.src.models.functional', class_name: 'Functional', registered_name: 'Functional' },
    { module: 'keras.src.backend.tensorflow.optimizers', class_name: 'Adam', registered_name: 'Adam' },
    { module: 'keras.optimizers.schedules', class_name: 'CosineDecay' },
    { module: 'keras.src.ops.numpy', class_name: 'Add', registered_name: 'Add' },
    { module: 'keras.layers', class_name: 'StringLookup', config: { vocabulary: ['/', 'http://a'] } },
    { module: 'keras.layers', class_name: 'TextVectorization', config: { vocabulary: null, split: 'a' } },
    { class_name: '__keras_tensor__', config: { shape: [null, 4], keras_history: ['a', 0, 0] } },
    { class_name: 'TFOpLambda', config: { name: 'tf.math.add', function: 'math.add' } },
  ])('%j', one => {
    expect(told(one)).toEqual([])
  })

  it.each<[object, string]>([
    [{ module: 'keras', class_name: 'layers.TFSMLayer' }, 'layers.TFSMLayer'],
    [{ module: 'keras', class_name: 'layers.TorchModuleWrapper' }, 'layers.TorchModuleWrapper'],
    [{ module: 'keras.layers', class_name: 'FlaxLayer' }, 'FlaxLayer'],
    [{ module: 'keras.utils', class_name: 'get_file', config: {} }, 'keras.utils.get_file'],
    [
      { module: 'keras.config', class_name: 'enable_unsafe_deserialization' },
      'keras.config.enable_unsafe_deserialization',
    ],
    [{ module: 'keras', class_name: 'utils.get_file' }, 'keras.utils.get_file'],
    [{ module: 'keras.src.utils.file_utils', class_name: 'get_file' }, 'keras.src.utils.file_utils.get_file'],
    [{ class_name: 'TFOpLambda', config: { function: 'io.write_file' } }, 'TFOpLambda io.write_file'],
    [{ class_name: 'SlicingOpLambda', config: {} }, 'SlicingOpLambda'],
  ])('not %j, which is code', (one, name) => {
    expect(told(one)).toEqual([{ kind: 'code_layer', name }])
  })

  it.each<[object, string]>([
    [{ module: 'keras', class_name: 'layers.Dense' }, 'keras.layers.Dense'],
    [{ module: 'keras.models', class_name: 'Dense' }, 'keras.models.Dense'],
    [{ module: 'keras.ops', class_name: 'Map' }, 'keras.ops.Map'],
    [{ module: 'keras.src.ops.core', class_name: 'WhileLoop' }, 'keras.src.ops.core.WhileLoop'],
    [{ module: 'kerasx.layers', class_name: 'Dense' }, 'kerasx.layers.Dense'],
    [{ module: 'os', class_name: 'system' }, 'os.system'],
    [{ class_name: 'Mine' }, 'Mine'],
    [{ module: 'keras.layers', class_name: 'Dense', registered_name: 'Mine' }, 'Mine'],
    [{ module: null, class_name: 'Dense', registered_name: 'mine>Dense' }, 'mine>Dense'],
  ])('not %j, which is no class of Keras', (one, name) => {
    expect(told(one)).toEqual([{ kind: 'foreign_class', name }])
  })

  it.each<[string, string]>([
    ['vocabulary', '/etc/passwd'],
    ['vocabulary', 'words.txt'],
    ['idf_weights', 'w.npy'],
    ['origin', 'x'],
    ['any', 'https://example.com/x'],
  ])('nor the file that %s reads', (key, path) => {
    const layer = { module: 'keras.layers', class_name: 'StringLookup', config: { [key]: path } }

    expect(told(layer)).toEqual([{ kind: 'outside_file', name: path }])
  })

  it('nor a class by what is no text', () => {
    expect(() => told({ class_name: ['Lambda'] })).toThrow()
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
