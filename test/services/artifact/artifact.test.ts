import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zipOf } from '../../../emulator/github/actions/zip.ts'
import { readArtifact } from '../../../src/services/artifact/artifact.ts'
import { HOSTILE_ZIPS, packed } from '../../support/hostile-zips.ts'
import { longestTurn } from '../../support/longest-turn.ts'
import { cases, rounds } from '../../support/rounds.ts'

const OPTIONS = {
  wanted: (path: string) => /^(?:\w+\/)?result\.json$/.test(path),
  single: 'result.json',
  caps: { entries: 4000, file: 1024 * 1024, total: 1024 * 1024 },
}
const read = async (bytes: Uint8Array) =>
  Object.fromEntries(
    [...(await readArtifact(bytes, OPTIONS))].map(([name, one]) => [name, Buffer.from(one).toString()]),
  )
const problem = (bytes: Uint8Array) =>
  readArtifact(bytes, OPTIONS).then(
    () => 'it was read',
    error => `${error.code}: ${error.problems[0].what}`,
  )

describe('an artifact', () => {
  it('gives the files that are wanted by their exact names, packed or not', async () => {
    const files = {
      'a/result.json': '1',
      'b/result.json': '2',
      'a/report.html': '<b>',
      'x/y/result.json': '3',
    }
    const all = Object.entries(files).map(([name, content]) => ({ name, content }))

    expect(await read(zipOf(files))).toEqual({ 'a/result.json': '1', 'b/result.json': '2' })
    expect(await read(packed(all))).toEqual({ 'a/result.json': '1', 'b/result.json': '2' })
    expect(await read(zipOf({}))).toEqual({})
  })

  it('may be the file itself, whatever it is called', async () => {
    expect(await read(Buffer.from('{"a": 1}'))).toEqual({ 'result.json': '{"a": 1}' })
    expect(await problem(Buffer.alloc(1024 * 1024 + 1, ' '))).toMatch(
      /ARTIFACT_INVALID: .*larger than 1024 KiB/,
    )
  })

  it('does not hold more in all than the cap, though each of its files fits', async () => {
    const half = 'x'.repeat(600 * 1024)
    const files = ['a', 'b'].map(model => ({ name: `${model}/result.json`, content: half }))

    expect(await problem(packed(files))).toMatch(/b\/result\.json is larger than 424 KiB/)
  })

  it.each(Object.entries(HOSTILE_ZIPS))('is refused in words: %s', async (_, { bytes, why }) => {
    expect(await problem(bytes)).toMatch(why)
    expect(await problem(bytes)).toMatch(/^ARTIFACT_INVALID: /)
  })

  it('of any bytes is read or refused, and nothing else', async () => {
    const good = packed([{ name: 'result.json', content: '{"a": 1}' }])
    const spoilt = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }).map(changes => {
      const bytes = Buffer.from(good)
      for (const [at, value] of changes) bytes[at] = value
      return bytes
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, fc.uint8Array({ maxLength: 400 })), async bytes => {
        expect(await problem(bytes)).toMatch(/^(it was read|ARTIFACT_INVALID: )/)
      }),
      cases(500),
    )
  })

  it('of a thousand that are hostile leaves no memory behind and never keeps others waiting', async () => {
    const all = Object.values(HOSTILE_ZIPS)
    for (const { bytes } of all) await problem(bytes)
    const before = collected()
    let at = 0
    const turn = (zips: number) =>
      longestTurn(async () => {
        for (const end = at + zips; at < end; at++) await problem(all[at % all.length]!.bytes)
      })
    // The best of three: other work on the machine takes from the caches of this.
    const third = Math.ceil(rounds(60, 1000) / 3)
    const longest = Math.min(await turn(third), await turn(third), await turn(third))
    const after = collected()

    // Of other threads nothing counts: they unpack, and keep nobody waiting.
    expect(longest).toBeLessThan(100)
    expect(after.kept - before.kept).toBeLessThan(10e6)
    expect(after.rss - before.rss).toBeLessThan(60e6)
  })
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes once garbage is gone: of the heap and of buffers, and of the process. */
function collected(): { kept: number; rss: number } {
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { kept: heapUsed + external, rss }
}
