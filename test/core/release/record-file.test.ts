import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../src/core/release/record.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { cpuTime } from '../../support/cpu-time.ts'
import { hostileText } from '../../support/hostile.ts'
import { release, releaseOf } from '../../support/releases.ts'
import { cases, describeOnce } from '../../support/rounds.ts'

const text = renderRelease(releaseOf())

describe('the text of a release record', () => {
  it('is one line a metric, strings quoted, so that every reader takes them for strings', () => {
    const lines = text.split('\n')

    expect(lines[0]).toMatch(/^# Written by Assay/)
    expect(lines.slice(1, 5)).toEqual([
      'schema: 1',
      'model: "late-flights"',
      'version: "2026-05-18-b491386"',
      'commit: "b491386fdba107330fe1d110ee3f84d84394fbbe"',
    ])
    expect(lines.find(line => line.startsWith('  "accuracy": '))).toContain('"gated": true')
  })

  it('holds at the same bytes whatever order the keys were set in', () => {
    const record = releaseOf()
    const reversed = Object.fromEntries(Object.entries(record).reverse()) as ReleaseRecord
    const metrics = Object.fromEntries(Object.entries(record.metrics).reverse())

    expect(renderRelease({ ...reversed, metrics })).toBe(text)
  })

  it('comes back as it was, read by us or by any YAML reader, whatever texts it holds', () => {
    fc.assert(
      fc.property(records(), record => {
        const written = renderRelease(record)

        expect(parseRelease(written, 'r.yaml')).toEqual(record)
        expect(parse(written)).toEqual(record)
        expect(parseRelease(written.replace('schema: 1', 'schema:  1'), 'r.yaml')).toEqual(record)
        expect(written).not.toMatch(/[\p{Cf}]|[^\n\P{Cc}]/u)
      }),
      cases(300),
    )
  })

  it('is read too after a person formatted it anew', () => {
    const folded = text.replace(
      /image: .*/,
      'image:\n  name: registry.example/acme/late-flights\n  digest: sha256:' +
        '1f'.repeat(32) +
        '\n  tag: b491386',
    )

    expect(parseRelease(`\ufeff${folded.replaceAll('\n', '\r\n')}`, 'r.yaml')).toEqual(releaseOf())
  })

  it.each([
    ['an unknown key', text.replace('verdict:', 'verdikt:'), /unknown key `verdikt`.*did you mean `verdict`/],
    ['a moved digest', text.replace(/sha256:[0-9a-f]+/, 'sha256:1f'), /image.digest.*64 hex digits/],
    [
      'an image of two lines',
      text.replace('registry.example/acme', 'a\\n  image: evil'),
      /image.name.*without tag or digest/,
    ],
    [
      'a tag in the image name',
      text.replace('acme/late-flights", "digest', 'acme/late-flights:1", "digest'),
      /image name/,
    ],
    ['a path as model', text.replace('model: "late-flights"', 'model: "../x"'), /`model`/],
    ['a short commit', text.replace(/commit: "\w+"/, 'commit: "b491386"'), /whole commit id/],
    [
      'an address that is none',
      text.replace('https://forge.example', 'javascript:alert(1)'),
      /http\(s\) address/,
    ],
    [
      'a password in a model URI',
      text.replace(/image: .*/, 'uri: "s3://user:secret@bucket/m"'),
      /without a password/,
    ],
    ['a number that is none', text.replace(/"value": [\d.]+/, '"value": .nan'), /value/],
    ['a repeated key', `${text}verdict: "pass"\n`, /`verdict` stands here twice/],
    ['two documents', `${text}---\nschema: 1\n`, /multiple documents/i],
    ['an empty file', '', /is empty/],
    ['a later schema', text.replace('schema: 1', 'schema: 2'), /`schema`/],
  ])('refuses %s', (_, changed, message) => {
    expect(problemsOf(changed)).toMatch(message)
  })
})

describeOnce('a release record', () => {
  it('reads what it wrote many times faster than YAML in general', () => {
    const other = text.replace('schema: 1', 'schema:  1')
    const spent = (read: string) => {
      const start = cpuTime()
      for (let index = 0; index < 100; index++) parseRelease(read, 'r.yaml')
      return cpuTime() - start
    }
    const rounds = Array.from({ length: 4 }, () => spent(text) / spent(other))

    // The best of them: what else the process does meanwhile costs either.
    expect(Math.min(...rounds)).toBeLessThan(0.5)
  })
})

describeOnce('the age of a release', () => {
  it('is that of its commit, however late it was built', () => {
    const old = release(1, 'churn', { created: '2026-12-01T00:00:00Z' })

    expect(isNewer(release(2), old)).toBe(true)
    expect(isNewer(old, release(2))).toBe(false)
  })

  it('is that of its making for two builds of one commit, and nobody is newer than itself', () => {
    const first = release(1)
    const again = release(1, 'churn', {
      created: '2026-05-01T12:00:00Z',
      image: { name: 'registry.example/acme/churn', digest: `sha256:${'ab'.repeat(32)}` },
    })

    expect(isNewer(again, first)).toBe(true)
    expect(isNewer({ ...first, created: '2026-06-01T00:00:00Z' }, first)).toBe(false)
    expect(releaseKey(first)).not.toBe(releaseKey(again))
  })
})

// --- internal ---

function problemsOf(changed: string): string {
  try {
    parseRelease(changed, 'model-release.yaml')
    return 'nothing'
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    expect(error.code).toBe('RELEASE_INVALID')
    return error.problems
      .map(({ what, where, fix }) => `${positionWords(where)}: ${what} ${fix ?? ''}`)
      .join('\n')
  }
}

function records(): fc.Arbitrary<ReleaseRecord> {
  const words = (most: number) =>
    hostileText().map(word => word.toWellFormed().slice(0, most).toWellFormed() || 'x')
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
  return fc
    .record({
      by: words(300),
      subject: words(300),
      data: fc.array(words(300), { maxLength: 5 }),
      gate: words(2000),
      key: words(200).filter(key => key !== '__proto__'),
      value: fc.oneof(words(2000), number, fc.boolean(), fc.constant(null)),
      metric: fc.stringMatching(/^[A-Za-z0-9_./@-]{1,20}$/).filter(name => name !== '__proto__'),
      figure: number,
    })
    .map(({ by, subject, data, gate, key, value, metric, figure }) => ({
      ...releaseOf(),
      by,
      subject,
      data,
      gates: [{ name: gate, verdict: 'pass' as const }],
      parameters: { [key]: value },
      metrics: { [metric]: { value: figure, interval: [figure, figure] as [number, number] } },
    }))
}
