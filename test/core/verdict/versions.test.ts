import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDeploy } from '../../../src/commands/deploy/read/state.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { newerKeys, parseHold } from '../../../src/core/promotion/places/hold-file.ts'
import { parseCommitMessage } from '../../../src/core/promotion/text/commit-message.ts'
import { parsePromotionMarker } from '../../../src/core/promotion/text/marker.ts'
import { ReleaseRecord } from '../../../src/core/release/record.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { parseMarker } from '../../../src/core/text/marker.ts'
import { unknownKeys } from '../../../src/core/text/newer-file.ts'
import { parseResult } from '../../../src/core/verdict/parse-result.ts'
import { Result } from '../../../src/core/verdict/result.ts'

/** Files as each release of Assay wrote them. They are never changed: what was written once must be read for ever. */
const FOLDER = new URL('../../data/versions/', import.meta.url)
const VERSIONS = readdirSync(FOLDER)

const bytes = (text: string) => new TextEncoder().encode(text)
const fileOf = (version: string, name: string) => readFileSync(new URL(`${version}/${name}`, FOLDER), 'utf8')

describe.each(VERSIONS)('files of Assay %s', version => {
  const file = (name: string) => fileOf(version, name)

  it('are read: record, byte for byte the same when written again', () => {
    const text = file('model-release.yaml')
    const record = parseRelease(text, 'model-release.yaml')

    expect(record).toMatchObject({ model: 'late-flights', version: '2026-05-18-b491386', verdict: 'pass' })
    expect(unknownKeys(ReleaseRecord, record)).toEqual([])
    expect(renderRelease(record)).toBe(text)
  })

  it('are read: result, also of a skipped model', () => {
    expect(parseResult(bytes(file('result.json')), 'result.json')).toMatchObject({
      state: 'judged',
      verdict: 'pass',
    })
    expect(parseResult(bytes(file('result-skipped.json')), 'result.json').state).toBe('skipped')
  })

  it('are read: hold, marker of a comment, text and commit message of a promotion', () => {
    const release = '994edb2f1e95edb8d3f4ffdbe11998df'

    expect(parseHold(file('model-hold.yaml'), 'model-hold.yaml').by).toBe('ada')
    expect(parseMarker(file('comment-marker.txt'))).toEqual({ model: 'late-flights', order: '4711.2' })
    expect(parsePromotionMarker(file('promotion.md'))).toMatchObject({ environment: 'production', release })
    expect(parseCommitMessage(file('commit-message.txt'))).toMatchObject({ kind: 'promotion', key: release })
  })

  it('are read: configurations', () => {
    expect(Object.keys(parseConfig(file('assay.yml'), 'assay.yml').config.models)).toEqual(['late-flights'])
    expect(parseDeploy(file('assay-deploy.yml')).environments.map(({ name }) => name)).toEqual([
      'staging',
      'production',
    ])
  })
})

describe('files of a newer Assay', () => {
  const record = fileOf('0.1.0', 'model-release.yaml')
  const result = JSON.parse(fileOf('0.1.0', 'result.json')) as Record<string, unknown>

  it('of the same schema are read; what is not known is kept when a record is written again', () => {
    const newer = record
      .replace(
        'assay: "0.1.0"',
        'assay: "0.3.0"\nsignature: {"by": "x", "list": [1, null]}\nwhy: |\n  two\n  lines',
      )
      .replace(/"value": /, '"unit": "share", "value": ')
    const read = parseRelease(newer, 'r.yaml')
    const written = renderRelease(read)

    expect(unknownKeys(ReleaseRecord, read)).toEqual(['metrics.*.unit', 'signature', 'why'])
    expect(parseRelease(written, 'r.yaml')).toEqual(read)
    expect(written).toContain('"unit": "share"')
    expect(written).toContain('signature: {"by": "x", "list": [1, null]}\nwhy: "two\\nlines\\n"\n')
    expect(read).toMatchObject({ ...parseRelease(record, 'r.yaml'), assay: '0.3.0' })
  })

  it('with a key that is known and wrong are refused all the same', () => {
    const wrong = record.replace(/verdict: .*/, 'verdict: "great"\nsignature: "x"')

    expect(problemOf(() => parseRelease(wrong, 'r.yaml'))).toMatch(/^r\.yaml:\d+: `verdict`: must be one of/)
  })

  it('of a result keep what is not known, and say it', () => {
    const metrics = (result.metrics as object[]).map(row => ({ ...row, unit: 'share' }))
    const read = parseResult(
      bytes(JSON.stringify({ ...result, metrics, canary: { weight: 5 } })),
      'result.json',
    )

    expect(unknownKeys(Result, read)).toEqual(['canary', 'metrics.*.unit'])
    expect(read).toMatchObject({ canary: { weight: 5 } })
  })

  it('of a hold hold', () => {
    const text = `schema: 1\n${fileOf('0.1.0', 'model-hold.yaml')}until: "2026-06-01"\n`

    expect(parseHold(text, 'model-hold.yaml').by).toBe('ada')
    expect(newerKeys(text, 'model-hold.yaml')).toEqual(['until'])
  })

  it('say more at the end of a marker', () => {
    const line = fileOf('0.1.0', 'promotion.md').split('\n')[0]!

    expect(parsePromotionMarker(line.replace(' -->', ' weight=5 -->'))).toEqual(parsePromotionMarker(line))
    expect(parseMarker('<!-- assay:report model=a order=1.1 forge=x -->')).toEqual({
      model: 'a',
      order: '1.1',
    })
    expect(parseMarker('<!-- assay:report model=a order=1.1 <script> -->')).toBeUndefined()
  })

  it.each([
    [
      'record',
      () => parseRelease(record.replace('schema: 1', 'schema: 2').replace('"0.1.0"', '"0.4.0"'), 'f'),
    ],
    ['result', () => parseResult(bytes(JSON.stringify({ ...result, schema: 2, assay: '0.4.0' })), 'f')],
    ['hold', () => parseHold(`schema: 2\nassay: 0.4.0\nuntil: tomorrow\n`, 'f')],
  ])('of another schema are refused by its name: a %s', (_, read) => {
    expect(problemOf(read)).toMatch(
      /^f(:\d+)?: it was written by a newer Assay, 0\.4\.0: `schema` 2, where this one reads 1 → upgrade Assay to 0\.4\.0 or newer$/,
    )
  })
})

function problemOf(read: () => unknown): string {
  try {
    read()
    return 'nothing was refused'
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems
      .map(
        ({ what, where, fix }) =>
          `${positionWords({ ...where!, column: undefined })}: ${what}${fix ? ` → ${fix}` : ''}`,
      )
      .join('\n')
  }
}
