import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import type { Scan } from '../../../src/core/scan/looked.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { BYPASSES } from './bypasses.ts'
import { bytes, text, WAYS } from './pickles.ts'
import { zipOf } from './zips.ts'

const scan = (file: Uint8Array): Scan => scanModel(bytesInMemory(file), isKnownImport)
const kinds = (file: Uint8Array) => scan(file).findings.map(({ kind }) => kind)
const isSafe = ({ findings, unscannable }: Scan) => findings.length === 0 && unscannable === undefined

describe('what published bypasses bring in', () => {
  it('are sixty and more that an advisory, an issue or a pull request tells of', () => {
    const told = BYPASSES.filter(([source]) => /^(?:CVE-|GHSA-|\w+#\d)/.test(source))

    expect(told.length).toBeGreaterThanOrEqual(60)
    expect(new Set(BYPASSES.map(([, name]) => name)).size).toBe(BYPASSES.length)
  })

  it.each(BYPASSES)('%s: %s is told, however it is written', (_, name) => {
    for (const [way, write] of Object.entries(WAYS)) {
      const { findings } = scan(write(name))

      expect(findings, way).toContainEqual(expect.objectContaining({ kind: 'import', name }))
      expect(
        findings.map(({ kind }) => kind),
        way,
      ).toContain('call')
    }
  })
})

const EVIL = WAYS['STACK_GLOBAL, protocol 4']!('posix.system')
const OLD = WAYS['GLOBAL and REDUCE, protocol 0']!('posix.system')

describe('where it is hidden', () => {
  it.each<[string, Uint8Array]>([
    ['before bytes that are none', bytes(EVIL, 0xff, 0xff)],
    ['behind a call and a broken instruction (malicious-invalid-bytes)', bytes(EVIL.subarray(0, -1), 0xff)],
    ['as text, whatever the file is called', OLD],
    ['as text that breaks after the call', bytes(OLD.slice(0, -1), 'zzz')],
    ['in zlib', deflateSync(EVIL)],
    ['in gzip', gzipSync(EVIL)],
    ['in gzip twice', gzipSync(gzipSync(EVIL))],
    ['in an archive, under any name', zipOf([{ name: 'readme.txt', content: EVIL }])],
    ['in an archive of archives', zipOf([{ name: 'a.zip', content: zipOf([{ name: 'b', content: EVIL }]) }])],
    ['deflated', zipOf([{ name: 'm.pkl', content: EVIL, deflate: true }])],
    ['in torch’s data.pkl', zipOf([{ name: 'archive/data.pkl', content: EVIL }])],
    [
      'in an entry of a torch archive that torch does not read',
      zipOf([
        { name: 'archive/data.pkl', content: bytes(0x80, 2, '}.') },
        { name: 'archive/extra/x', content: EVIL },
      ]),
    ],
    [
      'in an array of objects',
      bytes(
        '\x93NUMPY',
        1,
        0,
        118,
        0,
        `{'descr': '|O', 'fortran_order': False, 'shape': (1,), }`.padEnd(117),
        '\n',
        EVIL,
      ),
    ],
    [
      'behind the magic number of old torch files (pytorch_magic_bypass)',
      bytes(0x80, 2, 0x8a, 10, '\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.', EVIL, EVIL, EVIL, EVIL),
    ],
  ])('%s', (_, file) => {
    expect(kinds(file)).toEqual(expect.arrayContaining(['import', 'call']))
  })

  it('is changed and not called: BUILD on what was brought in (modelscan#85)', () => {
    const file = bytes(0x80, 4, text('numpy'), text('ndarray'), 0x93, '}', text('shape'), text('x'), 'sb.')

    expect(kinds(file)).toEqual(['changed_import'])
  })

  it.each<[string, Uint8Array, string]>([
    ['7-Zip', bytes('7z\xbc\xaf\x27\x1c', 0, 4), 'compressed'],
    ['xz', bytes('\xfd7zXZ\x00', 0), 'compressed'],
    ['bzip2', bytes('BZh91AY&SY', 0), 'compressed'],
    ['a pickle that ends in the middle', bytes(0x80, 4, 'X', 9, 0, 0, 0, 'abc'), 'ends'],
    ['a name that is put together', bytes(0x80, 4, text('posix'), ']', 0x93, '.'), 'name'],
    ['the registry of extensions', bytes(0x80, 2, 0x82, 1, '.'), 'extension'],
    ['objects that are elsewhere', bytes(0x80, 4, text('x'), 'Q.'), 'persistent'],
    ['buffers that are elsewhere', bytes(0x80, 5, 0x97, '.'), 'buffer'],
    ['a newer protocol', bytes(0x80, 6, 'N.'), 'protocol'],
    ['what was never kept', bytes(0x80, 4, 'h', 5, '.'), 'memo'],
    ['too little on the stack', bytes(0x80, 4, 'R.'), 'stack'],
    ['HDF5 that is cut off', bytes('\x89HDF\r\n\x1a\n', 0), 'ends'],
    ['no format', bytes(0xff, 0xfe, 0xfd), 'unknown'],
    ['an encrypted archive', zipOf([{ name: 'a', content: EVIL, flags: 1 }]), 'encrypted'],
    [
      'a checksum that is not its own (CVE-2025-10156)',
      zipOf([{ name: 'a', content: EVIL, crc: 1 }]),
      'checksum',
    ],
    ['two names of one entry', zipOf([{ name: 'a.txt', localName: 'b.pkl', content: EVIL }]), 'headers'],
    ['flags that differ', zipOf([{ name: 'a', content: EVIL, localFlags: 0x20 }]), 'headers'],
    [
      'a name twice',
      zipOf([
        { name: 'a', content: text('') },
        { name: 'a', content: EVIL },
      ]),
      'headers',
    ],
    ['another way of packing', zipOf([{ name: 'a', content: EVIL, method: 12 }]), 'compressed'],
    ['an archive cut off', zipOf([{ name: 'a', content: EVIL }]).subarray(0, -4), 'archive'],
    [
      'something before an archive’s end',
      bytes(zipOf([{ name: 'a', content: bytes('N.') }]), 'x'),
      'archive',
    ],
  ])('nobody can tell: %s', (_, file, why) => {
    const { unscannable } = scan(file)

    expect(unscannable?.why).toBe(why)
  })

  it.each<[string, Uint8Array]>([
    [
      'GGUF: its magic and version are a number to pickle',
      bytes('GGUF', 3, 0, 0, 0, 0, 'U', 13, new Uint8Array(13), EVIL.subarray(2)),
    ],
    [
      'safetensors: the length and the brace are one',
      bytes(0x4e, 0x4e, 0x47, 0, 0, 0, 0, 0, '{"a', '(', OLD.subarray(0, -1), '.'),
    ],
  ])('is a pickle as well as %s', (_, file) => {
    expect(kinds(file)).toEqual(expect.arrayContaining(['import', 'call']))
  })

  it('stands behind an ordinary pickle, where a loader stops', () => {
    expect(kinds(bytes(0x80, 4, 'N.', EVIL))).toEqual(['after_end'])
  })
})

describe('any bytes', () => {
  it('end in an answer, and nothing that brings in what is not known is safe', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), noise => {
        const { findings, unscannable } = scan(noise)
        for (const write of Object.values(WAYS)) {
          const file = bytes(write('posix.system'), noise)
          expect(isSafe(scan(file))).toBe(false)
        }
        return findings !== undefined || unscannable !== undefined
      }),
    )
  })

  it('are not safe where one byte of an evil file is another, unless nothing is brought in any more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(WAYS)), fc.nat(), fc.nat(255), (write, at, value) => {
        const file = Uint8Array.from(write('posix.system'))
        file[at % file.length] = value
        const result = scan(file)
        if (isSafe(result)) expect(result.imports).toBe(0)
      }),
    )
  })
})

describe('a pickle that breaks off before its end', () => {
  const named = (name: string, file: Uint8Array) => scanModel(bytesInMemory(file), isKnownImport, name)
  const broken = bytes('cbuiltins\nexec\n(V1\n')

  it('is told of by its import, where it says that it is one or is called one (broken_model)', () => {
    const told = {
      format: 'pickle',
      findings: [expect.objectContaining({ kind: 'import', name: 'builtins.exec' })],
      unscannable: { why: 'ends' },
    }
    for (const name of ['broken_model.pkl', 'a/b.PICKLE', 'm.joblib', 'm.pkl.gz'])
      expect(named(name, broken), name).toMatchObject(told)
    expect(named('any.txt', bytes(0x80, 2, broken))).toMatchObject(told)
    expect(named('m.pkl.gz', gzipSync(broken))).toMatchObject({ ...told, format: 'pickle' })
    expect(named('m.zip', zipOf([{ name: 'm.pkl', content: broken }]))).toMatchObject({
      findings: told.findings,
      unscannable: { why: 'ends', entry: 'm.pkl' },
    })
  })

  it('is nothing that anybody can tell, where what it brings in is known', () => {
    const ordered = bytes('ccollections\nOrderedDict\n(')
    expect(named('m.pkl', ordered)).toMatchObject({ findings: [], unscannable: { why: 'ends' } })
  })

  it('is text where nothing says that it is one: a list of words may begin like an import', () => {
    expect(named('labels.txt', bytes('cats\ndogs\n'))).toEqual({ format: 'text', findings: [], imports: 0 })
    expect(named('notes.pkl', bytes('words\n'))).toEqual({ format: 'text', findings: [], imports: 0 })
  })
})
