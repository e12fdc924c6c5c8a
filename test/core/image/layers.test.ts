import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ImageFile, partLength, planLayers } from '../../../src/core/image/layers.ts'
import { folderOf, placeFiles } from '../../../src/core/image/placed-files.ts'

const MiB = 1024 * 1024
const file = (place: string, size: number): ImageFile => ({ path: `model/${place}`, place, size })
const names = (files: ImageFile[]) => planLayers(files).map(layer => layer.files.map(({ place }) => place))

describe('layers', () => {
  it('gives a large file its own, and lets small ones share, by name', () => {
    expect(names([file('b', 64 * MiB), file('z', 1), file('a', 10), file('c', 64 * MiB - 1)])).toEqual([
      ['a', 'c', 'z'],
      ['b'],
    ])
  })

  it('is the same plan in whatever order the files come', () => {
    const files = fc.uniqueArray(
      fc.record({ place: fc.stringMatching(/^[a-zéß😀]{1,8}$/u), size: fc.nat(300 * MiB) }),
      { selector: ({ place }) => place, minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(files, fc.nat(), (given, turn) => {
        const all = given.map(({ place, size }) => file(place, size))
        const other = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)].reverse()
        expect(planLayers(other)).toEqual(planLayers(all))
        expect(planLayers(all).flatMap(({ files: inside }) => inside)).toHaveLength(all.length)
      }),
    )
  })

  it('has at most 100, however many files there are, and knows how long each is', () => {
    const many = Array.from({ length: 1500 }, (_, index) => file(`${index}`, (index % 200) * MiB))
    const layers = planLayers(many)

    expect(layers.length).toBeLessThanOrEqual(100)
    expect(layers.flatMap(({ files }) => files)).toHaveLength(1500)
    for (const { parts, size } of layers) {
      expect(size % 512).toBe(0)
      expect(parts.reduce((all, part) => all + partLength(part), 0)).toBe(size)
    }
  })
})

describe('the files of an image', () => {
  const found = ['model/a.bin', 'model/sub/b.bin', 'model/sub/b.log', 'other/a.bin', 'model.joblib'].map(
    path => ({ path, size: 1 }),
  )
  const places = (...globs: string[]) =>
    placeFiles(globs, found).files.map(({ path, place }) => [path, place])

  it('lie below /models without the folders before the first wildcard', () => {
    expect(places('model/**')).toEqual([
      ['model/a.bin', 'a.bin'],
      ['model/sub/b.bin', 'sub/b.bin'],
      ['model/sub/b.log', 'sub/b.log'],
    ])
    expect(places('./model/sub/')).toEqual([
      ['model/sub/b.bin', 'b.bin'],
      ['model/sub/b.log', 'b.log'],
    ])
    expect(places('model.joblib', '*/sub/*.bin', '!**/*.log')).toEqual([
      ['model.joblib', 'model.joblib'],
      ['model/sub/b.bin', 'model/sub/b.bin'],
    ])
    expect(places('other/a.bin')).toEqual([['other/a.bin', 'a.bin']])
    expect(['**', '*.bin', 'a/b*/c', 'a/b'].map(folderOf)).toEqual(['', '', 'a', 'a/b'])
  })

  it.each([
    [['model/**', 'nothing/*.bin'], 'no file matches `nothing/*.bin`'],
    [['model/**', 'other/**'], '`model/a.bin` and `other/a.bin` would both be /models/a.bin'],
  ])('%j is refused', (globs, problem) => {
    expect(placeFiles(globs, found).problems.map(({ what }) => what)).toEqual([
      expect.stringContaining(problem),
    ])
  })

  it.each([
    ['broken link', ['model/**'], ['model/x']],
    ['special file', ['model/*'], ['model/x']],
    ['link to a folder', ['model/**', 'a/*/c.bin'], ['model/x', 'a/b']],
    ['link to a folder', ['model/**/*.bin'], ['model/x']],
    ['link to a folder', ['model/*.bin', 'a/*'], ['a/b']],
    ['link to a folder', ['**/*.bin', '!model/x', '!a/**'], []],
    ['broken link', ['model/*.bin', '!a/**'], []],
  ] as const)('name what cannot be among them: a %s by %j', (no, globs, told) => {
    const others = ['model/x', 'a/b'].map(path => ({ path, size: 0, no }))

    const { problems, files } = placeFiles(globs, [...found, ...others])

    expect(files.map(({ path }) => path)).not.toContain('model/x')
    const left = problems.filter(({ what }) => !what.includes('no file matches'))
    expect(left.map(({ what }) => what)).toEqual(
      told.map(path => `\`package.files\`: \`${path}\` is a ${no}, and is not packaged`),
    )
  })

  it('are refused where one would lie below another', () => {
    const both = [
      { path: 'x/a', size: 1 },
      { path: 'y/a/b', size: 1 },
    ]
    expect(placeFiles(['x/**', 'y/**'], both).problems).toEqual([
      { what: '`package.files`: `y/a/b` would lie below `x/a`, which is a file', fix: expect.any(String) },
    ])
  })
})
