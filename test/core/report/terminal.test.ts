import { describe, expect, it } from 'vitest'
import { renderCheck } from '../../../src/core/report/check.ts'
import { renderTerminal } from '../../../src/core/report/terminal.ts'
import { STATES } from '../../support/report-states.ts'
import { gate, result } from '../../support/results.ts'

const RED = '\u001b[1;31m'
const PLAIN = '\u001b[0m'

describe('the terminal', () => {
  it('gets colour only when it can show it, and then only on the verdict', () => {
    const plain = renderTerminal(STATES.fail!, { colour: false, width: 100 })
    const coloured = renderTerminal(STATES.fail!, { colour: true, width: 100 })

    expect(plain).not.toContain('\u001b')
    const [first = ''] = coloured.split('\n')
    expect(first.startsWith(`${RED}late-flights: fail — `)).toBe(true)
    expect(first.endsWith(PLAIN)).toBe(true)
    expect(coloured.replace(RED, '').replace(PLAIN, '')).toBe(plain)
  })

  it('aligns numbers in columns', () => {
    const lines = renderTerminal(STATES.fail!, { colour: false, width: 100 }).split('\n')

    const rows = lines.filter(line => /^(roc_auc|brier|accuracy|precision) +0/.test(line))
    expect(rows).toHaveLength(4)
    expect(new Set(rows.map(line => line.indexOf('(')))).toHaveProperty('size', 1)
  })

  it.each([40, 60, 80, 200])('keeps to a width of %d, but for commands and words that are longer', width => {
    for (const state of Object.values(STATES)) {
      const text = renderTerminal(
        { ...state, reproduce: undefined, failure: undefined, slices: [] },
        { colour: false, width },
      )
      const long = text.split('\n').filter(line => line.length > width && line.trim().includes(' '))

      expect(long.filter(line => Math.max(...line.split(' ').map(word => word.length)) < 30)).toEqual([])
    }
  })
})

describe('the check', () => {
  it('has the verdict as its title', () => {
    expect(renderCheck(STATES.inconclusive!).title).toMatch(
      /^inconclusive — cannot tell from these 7,099 rows\. /,
    )
  })

  it('remarks on each gate that did not pass and is not waived, blocking ones first', () => {
    const waived = { reason: 'r', author: 'a', until: '2026-12-31' }
    const gates = [
      gate('open', 'inconclusive'),
      gate('good', 'pass'),
      gate('bad', 'fail', { reason: 'why' }),
      gate('let', 'fail', { blocks: false, waived }),
    ]

    const { annotations } = renderCheck(result({ verdict: 'fail', blocks: true, gates }))

    expect(annotations.map(one => [one.level, one.title, one.message])).toEqual([
      ['failure', 'late-flights: bad', 'why'],
      ['warning', 'late-flights: open', 'the reason'],
    ])
  })
})
