import { describe, expect, it } from 'vitest'
import { sliceAxis } from '../../../../src/core/report/plots/style.ts'
import { slice } from '../../../support/results.ts'

describe('the names of slices beside a picture', () => {
  it('stay apart where they would be cut to one text', () => {
    const long = 'the-same-long-beginning'
    const names = ['south', `${long}-a`, `${long}-b`, `${long}-x-${long}`, `${long}-y-${long}`]
    const { data } = sliceAxis(names.map(name => slice(name, 100, undefined))) as { data: string[] }

    expect(new Set(data).size).toBe(names.length)
    expect(data[0]).toBe('origin = south')
    expect(data.slice(1, 3).map(text => text.slice(-2))).toEqual(['-a', '-b'])
    for (const text of data) expect([...text].length).toBeLessThanOrEqual(20)
  })
})
