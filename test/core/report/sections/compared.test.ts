import { describe, expect, it } from 'vitest'
import { comparedSection } from '../../../../src/core/report/sections/compared.ts'
import { result } from '../../../support/results.ts'

const [A, B] = ['a', 'b'].map(letter => letter.repeat(32))

/** What the report says of data that was `before` the champion's and is `now` the candidate's. */
function saidOf(before: string[], now: string[]): string {
  const { candidate, champion } = result()
  const text = comparedSection(
    result({ candidate: { ...candidate, data: now }, champion: { ...champion!, data: before } }),
  )
  return text.slice(text.search(/(Same data|Data): /))
}

describe('which data changed', () => {
  it('is told with sizes: changed, added, removed', () => {
    const before = [
      `data/train.csv md5 ${A} 12300000 bytes`,
      `images md5 ${A}.dir 14000000 bytes in 3 files`,
      `old.csv md5 ${A} 999 bytes`,
      `same.csv md5 ${A} 5 bytes`,
    ]
    const now = [
      `data/train.csv md5 ${B} 14000000 bytes`,
      `images md5 ${B}.dir 14000001 bytes in 4 files`,
      `same.csv md5 ${A} 5 bytes`,
      `new.csv md5 ${B} 515144 bytes`,
    ]

    expect(saidOf(before, now)).toBe(
      'Data: `data/train.csv` changed: 12.3 MB → 14.0 MB; `images` changed: 14.0 MB, 3 files → 4; `new.csv` added (515 kB); `old.csv` removed (999 B).',
    )
  })

  it('is not told where only the sizes were not written down', () => {
    expect(saidOf([`a.csv md5 ${A}`], [`a.csv md5 ${A} 5 bytes`])).toMatch(/^Same data: /)
    expect(saidOf([`a.csv md5 ${A}`], [`a.csv md5 ${B} 5 bytes`])).toBe('Data: `a.csv` changed.')
  })

  it('is cut after five', () => {
    const now = Array.from({ length: 8 }, (_, at) => `f${at} md5 ${A}`)

    expect(saidOf([`x md5 ${A}`], now)).toMatch(/`f4` added; and 4 more changes\.$/)
  })
})

describe('what changed within the data', () => {
  it('is told file by file and parameter by parameter, whatever their names hold', () => {
    const text = comparedSection(
      result({
        dataChanges: {
          folders: [
            {
              path: 'images',
              counts: { added: 1200, changed: 1, removed: 1 },
              files: [
                { name: 'a`|*b.png', change: 'changed', before: 8000, now: 16_000 },
                { name: 'c.png', change: 'removed' },
                { name: 'd.png', change: 'added', now: 5 },
              ],
            },
          ],
          parameters: [
            { name: 'lr', before: '0.1', now: '0.05' },
            { name: 'depth', now: '6' },
            { name: 'seed', before: '1' },
          ],
          moreParameters: 3,
        },
      }),
    )

    expect(text).toContain(
      'In `images`: 1,200 added, 1 changed, 1 removed (``a`|*b.png`` changed (8 kB → 16 kB); `c.png` removed; `d.png` added (5 B); and 1,199 more).',
    )
    expect(text).toContain(
      'Parameters: `lr` `0.1` → `0.05`; `depth` added (`6`); `seed` removed (`1`); and 3 more.',
    )
  })
})
