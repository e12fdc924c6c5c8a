import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { judgeFile } from '../../../src/core/scan/judged.ts'
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
    expect(kinds(bytes(0x80, 4, 'N.', EVIL))).toEqual(['after_end', 'import', 'call'])
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

/** Runs `echo` in Python, and is text from its first byte to its last. */
const TEXT_EVIL = "cos\nsystem\n(S'echo PWNED >&2'\ntR."
const named = (file: Uint8Array, name: string) => scanModel(bytesInMemory(file), isKnownImport, name)
const NAMES = ['memo.pkl', 'memo.pt', 'memo.joblib', 'memo.bin', 'memo.txt', 'memo.json', '']

describe('text that Python reads as a pickle, which no pickler writes', () => {
  it.each([
    ...['p+1', 'p1_0', 'p 1', 'p\t1 ', 'p-0', 'p0001', `p${' '.repeat(900)}1`, 'p1\0x'].map(
      put => `I1\n${put}\n0`,
    ),
    ...['g+1', 'g 1', 'g0_1', 'g\f1\v'].map(get => `I1\np1\n${get}\n00`),
    ...['I 1', 'I0x1f', 'I01', 'L1_0L', 'L +1', 'F 1e5 ', 'Fnan', 'F1_0.0', `I${' '.repeat(5000)}1`].map(
      literal => `${literal}\n0`,
    ),
    `S'${'x'.repeat(70_000)}'\n0`,
    `V${'x'.repeat(70_000)}\n0`,
    `cstring\n${'x'.repeat(600)}\n0`,
    'P1\n0',
    '('.repeat(2000),
  ])('%j before it', before => {
    for (const name of NAMES) {
      const { findings, unscannable } = named(bytes(before, TEXT_EVIL), name)

      // Only a loader of one's own goes on behind what it has to find elsewhere, or at a NUL that not all read over.
      if (before.startsWith('P') && !/\.(?:pkl|pt|joblib|bin)$/.test(name)) continue
      expect({ name, told: findings.length > 0 || unscannable !== undefined }).toEqual({ name, told: true })
    }
  })

  it.each<[string, string]>([
    ['what was made is called', `ccollections\nOrderedDict\n(tR(tR0${TEXT_EVIL}`],
    ['more is called than is kept', `(${'N'.repeat(65)}oI1\n0${TEXT_EVIL}`],
    ['a place of the memo that some Pythons have', `I1\np${'9'.repeat(17)}\n0${TEXT_EVIL}`],
    ['a place of the memo that is long', `I1\np${'0'.repeat(5000)}1\n0${TEXT_EVIL}`],
    ['a name that is long', `cnumpy\n${'x'.repeat(5000)}\n0${TEXT_EVIL}`],
  ])('where nobody here can go on, and Python may: %s', (_, file) => {
    for (const name of NAMES)
      expect(named(bytes(file), name), name).toMatchObject({ format: 'pickle', unscannable: {} })
  })

  it('is no text where it is called a pickle, whatever stands before it', () => {
    for (const name of ['a.pkl', 'b.PT', 'c.joblib', 'd.pth', 'e.sav', 'f.bin', 'g.model', 'h.pickle.gz'])
      expect(named(bytes('# a comment\n', TEXT_EVIL), name).unscannable?.why, name).toBe('no_pickle')
    const far = bytes('x '.repeat(2 ** 19 - 4), 'yy', TEXT_EVIL)
    expect(named(far, 'a.pkl').unscannable?.why).toBe('no_pickle')
  })

  it.each<[string, string]>([
    ['labels.txt', 'Ibex\nLion\nFox\nVole\ncat\ndog\nRat\n'],
    ['labels.txt', Array.from({ length: 300 }, (_, index) => `cat${index}`).join('\n')],
    ['data.csv', 'PassengerId,Survived,Name\n1,0,"Braund, Mr. Owen"\n'],
    ['data.csv', `c${Array.from({ length: 900 }, (_, index) => `olumn_${index}`).join(',c')}\n1,2\n3,4\n`],
    ['data.csv', 'id,text\n1,cat\n2,dog\n'],
    ['paper.md', 'In this model\n\nclass\nname\n'],
    ['refs.txt', 'N. Smith, 2021.\nclass\nname\n'],
    ['a.py', 'import os\nos.system("ls")\n'],
    ['a.py', 'class A:\n    pass\n'],
    ['config.json', '{"a": [1, 2]}\n'],
    ['config.yaml', 'model: churn\nconfig:\n  a: 1\n'],
    ['weights.pt', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214\nsize 12345\n'],
    ['a.min.js', `const a=${'"x",'.repeat(50_000)}0\n`],
    ['empty.txt', ''],
  ])('is not taken for it where it is %s: %j', (name, file) => {
    expect(named(bytes(file), name)).toEqual({ format: 'text', findings: [], imports: 0 })
  })
})

it('a whole pickle of protocol 0 passes by any name, where all that it brings in is known', () => {
  for (const name of NAMES)
    expect(isSafe(named(bytes('ccollections\nOrderedDict\np0\n(tRp1\n.'), name)), name).toBe(true)
})

describe('a second pickle behind the first', () => {
  it.each(['I1\n.', 'N.', '(lp0\n.', 'N.N.N.'])('is told of and read: %j', first => {
    for (const name of NAMES)
      expect(named(bytes(first, TEXT_EVIL), name).findings.map(({ kind }) => kind)).toEqual([
        'after_end',
        'import',
        'call',
      ])
  })

  it('is told of by its place alone, where it is called a pickle and does nothing', () => {
    expect(named(bytes('I1\n.I2\n.'), 'two.pkl').findings).toEqual([{ kind: 'after_end', at: 4 }])
    expect(named(bytes('I1\n.'.repeat(1200)), 'many.txt').unscannable?.why).toBe('long')
  })
})

describe('much that is told', () => {
  const brought = (name: string) => bytes(`c${name.replace('.', '\n')}\n(tR0`)
  const many = (number: number) => Array.from({ length: number }, (_, index) => brought(`own.C${index}`))

  it('is told once, so that what stands behind it is told as well', () => {
    const again = Array.from({ length: 300 }, () => brought('own.Clean'))
    const { findings } = scan(bytes(...again, TEXT_EVIL))

    expect(findings.map(one => 'name' in one && `${one.kind} ${one.name}`)).toEqual([
      'import own.Clean',
      'call own.Clean',
      'import os.system',
      'call os.system',
    ])
    const zip = zipOf(
      Array.from({ length: 120 }, (_, index) => ({
        name: `${index}.pkl`,
        content: bytes(brought('own.Clean'), 'N.'),
      })),
    )
    expect(scan(zip).findings).toHaveLength(2)
  })

  it('is never safer for what is not kept: that is told as well, and nobody can allow it', () => {
    const allow = Array.from({ length: 150 }, (_, index) => ({
      import: `own.C${index}`,
      reason: 'ours',
      until: '2099-01-01',
    }))
    const judge = (file: Uint8Array) =>
      judgeFile({ path: 'm.pkl', size: 1, sha256: '' }, scan(file), allow, '2026-01-01')

    expect(judge(bytes(...many(100), 'N.')).verdict).toBe('allowed')
    const judged = judge(bytes(...many(150), TEXT_EVIL))
    expect(judged.verdict).toBe('unsafe')
    expect(judged.lines.join('\n')).toContain('there are more findings of the kind `import` than are kept')
  })
})

describe('packed in several streams', () => {
  const half = EVIL.length >> 1
  const [first, second] = [EVIL.subarray(0, half), EVIL.subarray(half)]

  it.each<[string, Uint8Array, string[]]>([
    ['gzip, one pickle in two', bytes(gzipSync(first), gzipSync(second)), ['import', 'call']],
    [
      'gzip, with zeros between',
      bytes(gzipSync(first), new Uint8Array(9), gzipSync(second), 0),
      ['import', 'call'],
    ],
    ['gzip, the first empty', bytes(gzipSync(''), 0, gzipSync(EVIL)), ['import', 'call']],
    ['zlib', bytes(deflateSync(first), deflateSync(second)), ['after_end', 'import', 'call']],
    ['zlib, with something behind', bytes(deflateSync(EVIL), 'x'), ['after_end', 'import', 'call']],
    ['gzip, with something behind zeros', bytes(gzipSync(EVIL), 0, 'x'), ['after_end', 'import', 'call']],
  ])('%s', (_, file, told) => {
    expect(kinds(file)).toEqual(told)
  })

  it('is not safe where something stands behind, whatever that is', () => {
    const model = bytes(0x80, 4, 'N.')
    for (const pack of [gzipSync, deflateSync])
      for (const rest of ['x', '\0x', '\x1f\x8b', pack(EVIL).subarray(0, -3), new Uint8Array(9)])
        if (pack === deflateSync || typeof rest === 'string' || rest[0] !== 0)
          expect(isSafe(scan(bytes(pack(model), rest)))).toBe(false)
    expect(isSafe(scan(bytes(gzipSync(model), new Uint8Array(9))))).toBe(true)
  })
})

describe('an empty file', () => {
  it('is no model, where it is called one', () => {
    for (const name of [
      'm.pkl',
      'a/m.joblib',
      'm.pt',
      'm.npy',
      'm.h5',
      'm.onnx',
      'm.safetensors',
      'm.pkl.gz',
    ])
      expect(named(bytes(''), name).unscannable?.why, name).toBe('empty')
    expect(isSafe(named(bytes(''), '__init__.py'))).toBe(true)
  })
})

it('a distribution of SciPy is refused: its state is text that it runs when it is loaded', () => {
  const file = bytes('cscipy.stats._continuous_distns\nreciprocal_gen\n)', 0x81, '}b.')

  expect(scan(file).findings).toMatchObject([{ kind: 'import' }, { kind: 'call' }])
})
