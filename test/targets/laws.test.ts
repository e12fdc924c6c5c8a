import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../src/core/errors/errors.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { RELEASE_TARGETS } from '../../src/targets/release-targets.ts'
import type { Arms } from '../../src/targets/target.ts'
import {
  ARMS,
  CASES,
  CHAMPION,
  goldenText,
  NEXT,
  optionsIn,
  promoted,
  RELEASE,
  refusalOf,
  SPLITS,
  split,
  splitRefusalOf,
} from './cases.ts'

describe('the table of targets', () => {
  it('has every file of the folder, under its own name', () => {
    const files = readdirSync('src/targets')
      .filter(name => name.endsWith('.ts') && !['index.ts', 'release-targets.ts', 'target.ts'].includes(name))
      .map(name => name.slice(0, -3))

    expect(Object.keys(TARGETS)).toEqual(files.toSorted())
    expect(Object.entries(TARGETS).filter(([name, target]) => target.name !== name)).toEqual([])
  })

  it('has those first that an arm may be written by: none of them writes arms itself', () => {
    const others = Object.keys(TARGETS).filter(name => !Object.hasOwn(RELEASE_TARGETS, name))

    expect(others).toEqual(['gateway-api', 'istio'])
  })

  it('has a golden case for each', () => {
    const splitting = Object.values(TARGETS).flatMap(({ name, split }) => (split ? [name] : []))

    expect([...new Set(CASES.map(one => one.target))].toSorted()).toEqual(Object.keys(TARGETS))
    expect([...new Set(SPLITS.map(one => one.target))].toSorted()).toEqual(splitting)
  })
})

describe.each(CASES)('$target, $name', one => {
  const before = goldenText(one, 'before')
  const release = { ...RELEASE, ...one.release }

  it('twice is once', () => {
    const once = promoted(one, before, release)

    expect(once).not.toBe(before)
    expect(promoted(one, once, release)).toBe(once)
  })

  it('another release gives another text', () => {
    const once = promoted(one, before, release)
    const next = promoted(one, once, { ...NEXT, ...one.release })

    expect(next).not.toBe(once)
  })

  it('DY-021: the old release again gives the old text again', () => {
    const once = promoted(one, before, release)
    const back = promoted(one, promoted(one, once, { ...NEXT, ...one.release }), release)

    expect(back).toBe(once)
  })

  it('leaves every other line, its comments and line breaks', () => {
    const after = promoted(one, before, release)

    const lines = (text: string) => text.split('\n')
    const gone = lines(before).filter(line => !lines(after).includes(line))
    const comments = gone.flatMap(line => line.match(/#.*$/)?.[0] ?? [])
    expect(gone.length).toBeLessThanOrEqual(9)
    // Only a key that goes takes its comment along.
    expect(comments.filter(comment => !after.includes(comment) && !/goes when/.test(comment))).toEqual([])
    expect(after.endsWith('\n')).toBe(before.endsWith('\n'))
  })

  it('keeps CRLF and byte order mark', () => {
    const windows = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`

    expect(promoted(one, windows(before), release)).toBe(windows(promoted(one, before, release)))
  })

  it('names the file that is missing', () => {
    const target = TARGETS[one.target]!
    const options = optionsIn(one.options, 'gone.yaml')

    expect(target.needs(options)).toEqual(['gone.yaml'])
    expect(() => target.edit(new Map(), release, options)).toThrow('gone.yaml was not changed')
  })

  // A file that is nothing but a tag is no YAML, and whatever stands in it is a tag.
  if (one.target === 'text') return

  it('refuses what is not YAML, a template and a file with repeated keys', () => {
    expect(refusalOf(one.target, 'a: [', one.options)).toMatch(/^f\.yaml:1: not valid YAML/)
    expect(refusalOf(one.target, 'a: {{ .Values.x }}\n', one.options)).toContain('this looks like a template')
    expect(refusalOf(one.target, 'a: 1\na: 2\n', one.options)).toContain(
      'f.yaml:2: the key `a` is there twice',
    )
  })

  it('refuses an empty file and one of something else, without a word that is not about it', () => {
    for (const text of ['', '# nothing\n', 'kind: Other\napiVersion: v1\n'])
      expect(refusalOf(one.target, text, one.options)).toMatch(/^f\.yaml/)
  })
})

describe.each(SPLITS)('a canary of $target, $name', one => {
  const target = TARGETS[one.target]!
  const options = optionsIn(one.options, `${one.name}.yaml`)
  const before = goldenText(one, 'before')
  const alone = (text: string, release = CHAMPION) =>
    target.edit(new Map([[options.file, text]]), release, options).get(options.file) ?? text
  const begun = split(one, before)

  it('twice is once', () => {
    expect(begun).not.toBe(before)
    expect(split(one, begun)).toBe(begun)
  })

  it('another weight, or another challenger, gives another text, and back again the old one', () => {
    const isByCommits = target.split!.movedBy === 'commits'
    for (const arms of [...(isByCommits ? [{ weight: 25 }] : []), { challenger: NEXT }]) {
      const next = split(one, begun, arms)

      expect(next).not.toBe(begun)
      expect(split(one, next)).toBe(begun)
      expect(split(one, before, arms)).toBe(next)
    }
  })

  it('is the same at every weight where a controller takes the steps', () => {
    if (target.split!.movedBy === 'controller') expect(split(one, begun, { weight: 25 })).toBe(begun)
  })

  it('is taken out by the champion alone, and by the challenger that is promoted', () => {
    expect(textsOf(alone(begun))).toEqual(textsOf(alone(before)))
    expect(alone(begun, RELEASE)).not.toContain('41')
    for (const release of [CHAMPION, RELEASE]) {
      const ended = alone(begun, release)
      expect(alone(ended, release)).toBe(ended)
    }
  })

  it('keeps CRLF and byte order mark', () => {
    const windows = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`

    expect(split(one, windows(before))).toBe(windows(begun))
  })

  it('names the file that is missing, and a way of `sticky` that it does not have', () => {
    const ways = ['cookie', 'none', { header: 'x-user' }] as const
    const others = ways.filter(
      way => !target.split!.sticky.includes(typeof way === 'object' ? 'header' : way),
    )

    expect(() => target.split!.edit(new Map(), ARMS, options)).toThrow(`${options.file} was not changed`)
    for (const sticky of others)
      expect(splitRefusalOf(one.target, before, one.options, { sticky })).toContain('sticky')
  })

  /** What KServe keeps in Knative mode once a canary was taken back (`aloneInKnative`). */
  function textsOf(text: string): string[] {
    return text
      .split('\n')
      .filter(line => one.name !== 'knative' || !/assay\/canary|canaryTrafficPercent: 0/.test(line))
  }

  it.each<Partial<Arms>>([
    { weight: 0 },
    { weight: 100 },
    { weight: 5.5 },
    { weight: 7 },
    { steps: [25, 5] },
    { challenger: CHAMPION },
    { challenger: { ...RELEASE, model: 'other' } },
    { challenger: { ...RELEASE, version: '42\n' } },
    { sticky: { header: 'x user' } },
  ])('refuses %j', wrong => {
    expect(() => split(one, before, wrong)).toThrow(/./)
    expect(() => split(one, before, wrong)).not.toThrow(AssayError)
  })
})

describe.each(Object.values(TARGETS))('$name', target => {
  const one = CASES.find(({ target: name }) => name === target.name)!

  it.each([
    '../other/f.yaml', '/etc/f.yaml', 'a/../../f.yaml', '.hidden/f.yaml', '.git/config', 'Jenkinsfile', 'CODEOWNERS',
    '.ci.yml', 'assay.yml', 'assay-deploy.yml', 'azure-pipelines.yml', 'x/.workflows/d.yml', 'C:/f.yaml', 'a\\b.yaml',
    '.gitattributes', '.gitmodules',
  ])('DY-002, DY-005: never edits %s', file => {
    expect(target.schema.safeParse({ ...one.options, file }).success).toBe(false)
  }) // biome-ignore format: one table

  it.each([
    { image: { ...RELEASE.image!, digest: `${RELEASE.image!.digest}\n  image: evil` } },
    { image: { ...RELEASE.image!, name: 'ghcr.io/acme/churn\n' } },
    { image: { ...RELEASE.image!, tag: 'v1 # x' } },
    { uri: 's3://models/churn/42\nx: y' },
    { version: '42"' },
  ])('DY-015, DY-022: refuses a release with %j', wrong => {
    const before = goldenText(one, 'before')

    expect(() => promoted(one, before, { ...RELEASE, ...wrong })).toThrow(/./)
    expect(() => promoted(one, before, { ...RELEASE, ...wrong })).not.toThrow(AssayError)
  })
})
