import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import type { Scan } from '../../../src/core/scan/looked.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { npyOf } from './arrays.ts'
import { bytes, text, WAYS } from './pickles.ts'
import { tarOf } from './tars.ts'
import { zipOf } from './zips.ts'

const scan = (file: Uint8Array): Scan => scanModel(bytesInMemory(file), isKnownImport)
const EVIL = WAYS['STACK_GLOBAL, protocol 4']!('posix.system')
const WEIGHTS = bytes(0x80, 4, '}', text('weights'), ']s.')
const HDF5 = bytes('\x89HDF\r\n\x1a\n', 0)

describe('tar', () => {
  const model = [
    { name: 'model_config.yaml', content: bytes('a: 1\n') },
    { name: 'model_weights.ckpt', content: zipOf([{ name: 'archive/data.pkl', content: WEIGHTS }]) },
  ]

  it.each([
    ['tar, as NeMo saves', tarOf(model)],
    ['tar in gzip, as servers load it', gzipSync(tarOf(model))],
    ['tar without its end', tarOf(model, new Uint8Array(0))],
  ])('%s: each file is looked into', (_, file) => {
    expect(scan(file)).toMatchObject({ format: 'tar', findings: [], imports: 0 })
    expect(scan(file).unscannable).toBeUndefined()
  })

  it('tells of what is in it, under any name and in any archive', () => {
    const evil = tarOf([...model, { name: 'notes.txt', content: gzipSync(EVIL) }])

    for (const file of [evil, gzipSync(evil), zipOf([{ name: 'm.tar', content: evil }])])
      expect(scan(file).findings.map(({ kind }) => kind)).toEqual(['import', 'call'])
  })

  it.each<[string, Uint8Array, string]>([
    ['a file above the folder', tarOf([{ name: 'a/../../x', content: WEIGHTS }]), 'a/../../x'],
    ['a file at the root', tarOf([{ name: '/etc/x', content: WEIGHTS }]), '/etc/x'],
    ['a link that leads out', tarOf([{ name: 'a', type: '2', link: '../../etc' }]), '../../etc'],
    ['the same in zip', zipOf([{ name: '../x', content: WEIGHTS }]), '../x'],
  ])('tells of %s', (_, file, name) => {
    expect(scan(file).findings).toEqual([{ kind: 'outside_entry', name }])
  })

  it('tells of what stands behind its end, where some go on', () => {
    const file = bytes(tarOf([]), tarOf([{ name: 'x', content: EVIL }]))

    expect(scan(bytes(tarOf([{ name: 'a', content: WEIGHTS }]), file)).findings).toMatchObject([
      { kind: 'after_end' },
    ])
  })

  it.each<[string, Uint8Array, string]>([
    [
      'a wrong checksum',
      bytes(tarOf([{ name: 'a' }], new Uint8Array(0)), tarOf([{ name: 'b', checksum: 1 }])),
      'archive',
    ],
    ['a device', tarOf([{ name: 'a', type: '3' }]), 'archive'],
    ['a file that is cut off', tarOf([{ name: 'a', content: WEIGHTS }]).subarray(0, 515), 'ends'],
    [
      'what PyTorch saved before 0.2',
      tarOf(['pickle', 'storages', 'tensors'].map(name => ({ name, content: WEIGHTS }))),
      'old_torch',
    ],
    ['bytes where a block is filled up', tarOf([{ name: 'a', content: WEIGHTS }]).with(700, 1), 'headers'],
  ])('nobody can tell: %s', (_, file, why) => {
    expect(scan(file).unscannable?.why).toBe(why)
  })
})

describe('archives in archives', () => {
  const deep = (levels: number): Uint8Array =>
    levels === 0 ? EVIL : zipOf([{ name: 'a', content: deep(levels - 1) }])

  it('are opened three deep', () => {
    expect(scan(deep(3)).findings).not.toEqual([])
    expect(scan(deep(4)).unscannable?.why).toBe('nested')
  })
})

describe('TorchScript', () => {
  const class_ = bytes(0x80, 2, 'c__torch__.net\nNet\n)', 0x81, '}b.')
  const program = [
    { name: 'net/data.pkl', content: class_ },
    { name: 'net/constants.pkl', content: bytes(0x80, 2, ').') },
    { name: 'net/code/__torch__/net.py', content: bytes('class Net(Module):\n  pass\n') },
  ]

  it('is a program, which a person has to allow', () => {
    expect(scan(zipOf(program))).toMatchObject({
      format: 'torchscript',
      findings: [],
      unscannable: { why: 'program', entry: 'net/code/__torch__/net.py' },
    })
  })

  it('brings in its own classes alone', () => {
    const file = zipOf([...program, { name: 'net/extra/x.pkl', content: EVIL }])

    expect(scan(file).findings).toMatchObject([{ name: 'posix.system' }, { name: 'posix.system' }])
    expect(scan(zipOf([{ name: 'a/data.pkl', content: class_ }])).findings).not.toEqual([])
  })
})

describe('two formats in one file', () => {
  it.each<[string, Uint8Array]>([
    [
      'a zip archive behind a model',
      bytes('GGUF', 3, new Uint8Array(19), zipOf([{ name: 'x', content: EVIL }]), 'x'),
    ],
    ['HDF5 at its second place', bytes('GGUF', 3, new Uint8Array(507), HDF5)],
    ['HDF5 in a file of a tar archive', tarOf([{ name: 'a', content: bytes('a'.repeat(512), HDF5) }])],
    [
      'an archive that begins as another format',
      tarOf([{ name: bytes('GGUF', 3).toString(), content: EVIL }]),
    ],
  ])('%s', (_, file) => {
    expect(scan(file).unscannable?.why).toBe('two_formats')
  })
})

describe('an archive in which one entry more says that it is something else', () => {
  const lambda = bytes('{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda"}]}}')
  const keras = [
    { name: 'metadata.json', content: bytes('{}') },
    { name: 'config.json', content: lambda },
  ]
  const weights = { name: 'x/data.pkl', content: bytes(0x80, 2, '}.') }
  const format = { name: 'x/archive_format', content: bytes('pt2') }
  const objects = npyOf("'|O'", '(1,)', EVIL)

  it.each([
    ['Keras and torch', zipOf([...keras, weights])],
    ['Keras and torch.export', zipOf([...keras, format])],
    ['torch and torch.export', zipOf([weights, format])],
  ])('is two formats: %s', (_, file) => {
    expect(scan(file).unscannable?.why).toBe('two_formats')
  })

  it.each([
    ['alone', []],
    ['beside weights of torch', [weights]],
    ['beside what torch.export writes', [format]],
  ])('is read as Keras reads it without its second entry, %s', (_, others) => {
    const { findings } = scan(zipOf([keras[1]!, ...others]))

    expect(findings).toEqual([{ kind: 'code_layer', name: 'Lambda' }])
  })

  it('may have a configuration that is of no model', () => {
    const other = { name: 'config.json', content: bytes('{"vocabulary": "a.txt"}') }

    expect(scan(zipOf([other]))).toEqual({ format: 'zip', findings: [], imports: 0 })
  })

  it.each([
    'x/data/0',
    'x/constants/1',
    'x/version',
    'x/byteorder',
    'x/.data/version',
    'x/data/weights/weight_0',
    'x/folder/',
  ])('holds what any loader finds in %s', name => {
    for (const content of [objects, EVIL, zipOf([{ name: 'a', content: EVIL }])])
      for (const mark of [weights, format])
        expect(scan(zipOf([mark, { name, content }])).findings.map(({ kind }) => kind)).toEqual([
          'import',
          'call',
        ])
  })

  it('holds folders, which hold nothing', () => {
    const file = zipOf([{ name: 'a/', content: bytes() }, weights])

    expect(scan(file)).toEqual({ format: 'torch', findings: [], imports: 0 })
  })

  it('holds numbers as they are', () => {
    for (const content of [bytes(0x80, 4, 0, 0), bytes('c'), bytes(0x1f, 0x8b, 1), bytes('PK'), bytes(0, 0)])
      expect(scan(zipOf([weights, { name: 'x/data/0', content }]))).toEqual({
        format: 'torch',
        findings: [],
        imports: 0,
      })
  })
})

describe('models that are no program', () => {
  const long = (length: number) => {
    const size = Buffer.alloc(8)
    size.writeBigInt64BE(BigInt(length))
    return bytes('L', size)
  }
  const key = (name: string) => bytes(long(name.length), name)
  const ubj = bytes(
    '{',
    key('learner'),
    '{',
    key('w'),
    '[$d#',
    long(2),
    new Uint8Array(8),
    key('x'),
    '[',
    'iU'.slice(0, 1),
    5,
    'SU',
    2,
    'ab',
    ']',
    '}',
    key('version'),
    '[$U#',
    'U',
    2,
    3,
    2,
    '}',
  )

  it.each<[string, Uint8Array]>([
    ['xgboost', bytes('{"learner":{"attributes":{}},"version":[3,2,0]}')],
    ['xgboost', ubj],
    ['lightgbm', bytes('tree\nversion=v4\nnum_class=1\n')],
    ['text', bytes('numpy==2.4.6\n')],
    ['text', bytes('x^2 + 1\n')],
  ])('%s', (format, file) => {
    expect(scan(file)).toEqual({ format, findings: [], imports: 0 })
  })

  it('is read to its end', () => {
    expect(scan(ubj.subarray(0, -1)).unscannable?.why).toBe('ends')
    expect(scan(bytes(ubj, 0)).unscannable?.why).toBe('malformed')
    expect(scan(bytes('{', long(1), 'a', 'Q')).unscannable?.why).toBe('malformed')
  })
})
