import { describe, expect, it } from 'vitest'
import { againstScan } from '../../../src/core/scan/packaged.ts'
import { keptOf } from '../../../src/core/scan/scanned-file.ts'

describe('againstScan', () => {
  const judged = (path: string, digit: string) => ({
    ...{ path, size: 2, sha256: digit.repeat(64), format: 'zip' as const, verdict: 'safe' as const },
    ...{ mayBeLoaded: true, lines: [], imports: 0 },
  })
  const held = (paths: string[]) => {
    const kept = keptOf(paths.map((path, at) => judged(path, `${at + 1}`)))
    const files = paths.map(path => ({ path, place: path, size: 2 }))
    return againstScan(files, { files: paths, allow: [] }, kept)
  }

  it('finds a file again whose name the scan has masked', () => {
    const { known, unknown, problems } = held(['kim@example.com.json'])

    expect(known.map(({ path, sha256 }) => [path, sha256])).toEqual([
      ['kim@example.com.json', '1'.repeat(64)],
    ])
    expect([unknown, problems]).toEqual([[], []])
  })

  it('has files scanned anew that were masked to the same name', () => {
    const { known, unknown, problems } = held(['kim@example.com.json', 'lee@example.com.json'])

    expect(unknown.map(({ path }) => path)).toEqual(['kim@example.com.json', 'lee@example.com.json'])
    expect([known, problems]).toEqual([[], []])
  })
})
