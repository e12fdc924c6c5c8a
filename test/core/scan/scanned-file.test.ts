import { expect, it } from 'vitest'
import type { JudgedFile } from '../../../src/core/scan/judged.ts'
import { isScanned, keptOf, MOST_SCANNED, ScannedFiles } from '../../../src/core/scan/scanned-file.ts'

const judged = (path: string, size: number, verdict: JudgedFile['verdict']): JudgedFile => ({
  ...{ path, size, sha256: 'a'.repeat(64), format: 'pickle', verdict, lines: [], imports: 0 },
  mayBeLoaded: verdict === 'safe' || verdict === 'allowed',
})

it('keeps what must not be loaded before all else, then the largest', () => {
  const many = Array.from({ length: MOST_SCANNED + 5 }, (_, index) => judged(`m${index}`, index, 'safe'))

  const kept = keptOf([...many, judged('bad', 0, 'unscannable')])

  expect(ScannedFiles.parse(kept)).toEqual(kept)
  expect(kept.kept[0]).toMatchObject({ file: 'bad', verdict: 'unscannable' })
  expect(kept.kept[1]).toMatchObject({ file: `m${MOST_SCANNED + 4}` })
  expect(kept.more).toBe(6)
  expect(isScanned(kept.kept)).toBe(false)
  expect(isScanned(keptOf([judged('a', 1, 'safe'), judged('b', 1, 'allowed')]).kept)).toBe(true)
})

it('takes no file for scanned where there is none', () => {
  expect(isScanned(undefined)).toBe(false)
  expect(isScanned([])).toBe(false)
})
