import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import { dataChanges, dataPiece } from '../../../../src/core/inputs/dvc/data-piece.ts'
import { dataVersions } from '../../../../src/core/inputs/dvc/data-version.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'

const MD5 = '52c44044211c56e01c5932dd59a043f5'

describe('dataVersions', () => {
  it('reads what `dvc add` writes, new and old', () => {
    const now = `outs:\n- md5: ${MD5}\n  size: 515144\n  hash: md5\n  path: train.csv\n`
    const before = `md5: a304afb96060aad90176268345e10355\nouts:\n- md5: ${MD5}.dir\n  nfiles: 3\n  cache: true\n  path: images\nwdir: ..\n`

    expect(
      dataVersions([
        { path: 'data/train.csv.dvc', text: now },
        { path: 'raw/images.dvc', text: before },
      ]),
    ).toEqual([`data/train.csv md5 ${MD5} 515144 bytes`, `images md5 ${MD5}.dir in 3 files`])
  })

  it('reads the outputs of all stages in dvc.lock, after the data that they read', () => {
    const text = readFileSync(new URL('../../../../examples/sklearn-dvc/dvc.lock', import.meta.url), 'utf8')

    const lines = dataVersions([{ path: 'dvc.lock', text }])

    expect(lines).toEqual([
      `data/digits.csv md5 ${MD5} 515144 bytes`,
      'model.joblib md5 036a131865aef05751a66ea9ddacec58 348699 bytes',
      'metrics.json md5 26d5cb3c2a06a0b71a821a286c46a910 1507 bytes',
      'predictions.parquet md5 7a25a0023962a9302b9fa4d242d140b4 9969 bytes',
    ])
  })

  it('reads data in a cloud: an etag, a checksum, or no hash at all', () => {
    const text = `outs:
- {path: s3://bucket/a.csv, etag: d1e2}
- {path: hdfs://host/b.csv, checksum: 00aa}
- {path: c.csv}`

    expect(dataVersions([{ path: 'x/cloud.dvc', text }])).toEqual([
      's3://bucket/a.csv etag d1e2',
      'hdfs://host/b.csv checksum 00aa',
      'x/c.csv without a hash',
    ])
  })

  it('reads versions of a store: of a file, and of a folder whose files are listed', () => {
    const text = `outs:
- path: a.csv
  size: 12
  cloud: { s3: { etag: e1, version_id: v1 } }
- path: images
  files:
  - { relpath: a.png, size: 3, md5: ${MD5} }
  - { relpath: b.png, size: 4, md5: ${MD5} }
deps:
- path: s3://login:word@bucket/a.csv
  etag: e1
  version_id: v1
  size: 12`

    expect(dataVersions([{ path: 'x/cloud.dvc', text }])).toEqual([
      's3://bucket/a.csv version_id v1 12 bytes',
      'x/a.csv version_id v1 12 bytes',
      'x/images without a hash 7 bytes in 2 files',
    ])
  })

  it('names nobody, and shows no signature of an address', () => {
    const text = `outs:
- {path: kim@example.com.csv, md5: ${MD5}}
deps:
- {path: "https://login:word@host/a.csv?sv=1&sig=aB%2Fc#x", etag: d1}`

    expect(
      dataVersions([
        { path: 'in/one.dvc', text },
        { path: 'lee@example.com.json', text: '' },
      ]),
    ).toEqual([
      'https://host/a.csv etag d1',
      `in/[e-mail] md5 ${MD5}`,
      expect.stringMatching(/^\[e-mail\] sha256 \w{12}$/),
    ])
  })

  it('gives other files a short hash of their text', () => {
    const text = 'seed: 1\n'
    const hash = createHash('sha256').update(text).digest('hex')

    expect(dataVersions([{ path: 'params.yaml', text }])).toEqual([`params.yaml sha256 ${hash.slice(0, 12)}`])
  })

  it('says nothing twice and not too much', () => {
    const outs = (count: number) =>
      `outs:\n${Array.from({ length: count }, (_, index) => `- {path: f${index}, md5: ${MD5}}`).join('\n')}`

    const lines = dataVersions([
      { path: 'a.dvc', text: outs(1500) },
      { path: 'b.dvc', text: outs(3) },
    ])

    expect(lines).toHaveLength(101)
    expect(lines.at(-1)).toBe('and 1,400 more')
  })

  it('names every DVC file that cannot be read, all at once', () => {
    const files = [
      { path: 'dvc.lock', text: '<<<<<<< HEAD\nschema: 2\n=======\nschema: 3\n>>>>>>> x\n' },
      { path: 'a.dvc', text: 'outs: 7' },
      { path: 'b.dvc', text: 'outs: &a [*a]' },
      { path: 'fine.txt', text: '' },
    ]

    const error = failureOf(() => dataVersions(files))

    expect(error.code).toBe('DATA_VERSION_INVALID')
    expect(error.problems.map(problem => [problem.where?.file, problem.what])).toEqual([
      ['dvc.lock', 'it holds conflict markers of a merge'],
      ['a.dvc', expect.stringContaining('not as DVC writes it')],
      ['b.dvc', expect.stringContaining('no valid YAML')],
    ])
  })

  it('takes any text: lines without control characters, or an error of ours', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.json(),
      fc
        .string({ unit: anyCharacter })
        .map(path => `outs:\n- path: ${JSON.stringify(path)}\n  md5: ${JSON.stringify(path)}`),
    )

    fc.assert(
      fc.property(fc.constantFrom('a.dvc', 'dvc.lock', 'x/dvc.lock'), text, (path, content) => {
        try {
          const lines = dataVersions([{ path, text: content }])
          expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(2000),
    )
  })
})

describe('dataChanges', () => {
  const lines = [`a.csv md5 ${MD5} 10 bytes`, `my images md5 ${MD5}.dir 20 bytes in 1 file`, 'b.csv etag x']

  it('tells masked paths apart by their order, and takes older lines for masked ones', () => {
    const hash = (digit: string) => `md5 ${digit.repeat(32)}`
    const older = [`kim@example.com.csv ${hash('1')}`, `lee@example.com.csv ${hash('2')}`]
    const now = [`[e-mail] ${hash('1')}`, `[e-mail] ${hash('3')}`]

    const { added, removed, changed } = dataChanges(older, now)
    expect([added, removed]).toEqual([[], []])
    expect(changed.map(({ before, now }) => [before.path, before.hash, now.hash])).toEqual([
      ['[e-mail]', hash('2'), hash('3')],
    ])
  })

  it('tells what was added, changed and removed, by path, with sizes', () => {
    const now = [
      `a.csv md5 ${'0'.repeat(32)} 11 bytes`,
      `my images md5 ${MD5}.dir 20 bytes in 1 file`,
      'c.csv etag x',
    ]

    expect(dataChanges(lines, now)).toEqual({
      added: [{ path: 'c.csv', hash: 'etag x' }],
      removed: [{ path: 'b.csv', hash: 'etag x' }],
      changed: [
        {
          before: { path: 'a.csv', hash: `md5 ${MD5}`, bytes: 10 },
          now: { path: 'a.csv', hash: `md5 ${'0'.repeat(32)}`, bytes: 11 },
        },
      ],
    })
  })

  it('takes lines without sizes, as older records have them, for the same data', () => {
    const older = lines.map(line => line.replace(/ \d+ bytes.*/, ''))

    expect(dataChanges(older, lines)).toEqual({ added: [], removed: [], changed: [] })
  })

  it('takes nothing that it cannot read for the same', () => {
    expect(dataChanges(['and 3 more'], ['and 4 more'])).toMatchObject({
      added: [{ path: 'and 4 more' }],
      removed: [{ path: 'and 3 more' }],
    })
  })

  it('reads back every line that it writes', () => {
    const text = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 400 })
    const out = fc.record(
      { path: text, md5: text, size: fc.nat(), nfiles: fc.nat() },
      { requiredKeys: ['path'] },
    )

    fc.assert(
      fc.property(out, one => {
        let written: string[]
        try {
          written = dataVersions([{ path: 'a.dvc', text: JSON.stringify({ outs: [one] }) }])
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
          return
        }
        for (const line of written) {
          expect(line.length).toBeLessThanOrEqual(300)
          expect(dataPiece(line)).toMatchObject({
            ...(one.size !== undefined && { bytes: one.size }),
            ...(one.nfiles !== undefined && { files: one.nfiles }),
          })
        }
      }),
      cases(500),
    )
  })
})

function failureOf(call: () => unknown): AssayError {
  try {
    call()
  } catch (error) {
    if (error instanceof AssayError) return error
  }
  throw new Error('it did not fail')
}
