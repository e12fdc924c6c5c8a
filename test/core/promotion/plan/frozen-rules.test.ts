import { describe, expect, it } from 'vitest'
import { historyCauses, rulesChange } from '../../../../src/core/promotion/plan/frozen-rules.ts'
import { standingWords } from '../../../../src/core/promotion/plan/standing.ts'
import { renderCanary } from '../../../../src/core/release/canary-file.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'

const PATH = 'apps/churn/production/model-canary.yaml'
const DAY = 86_400_000
const AT = Date.parse('2026-05-20T12:00:00Z')

/** Versions of the file, newest first, a day apart; the texts are given oldest first. */
function history(...texts: (string | undefined)[]) {
  return texts
    .map((text, day) => ({ commit: `${day}`.repeat(40), at: AT + day * DAY, author: 'Ada', text }))
    .reverse()
}
const written = (change: object = {}) => renderCanary(canaryFile(change))
const loose = { conversion: { outcome: 'bought', within: '24h', margin: 0.5 } }

describe('the rules of a canary', () => {
  it('are those that it began with, whatever its weight is by now', () => {
    expect(rulesChange(PATH, history(written(), written({ weight: 25 })))).toBeUndefined()
    expect(rulesChange(PATH, history(written()))).toBeUndefined()
    expect(rulesChange(PATH, [])).toBeUndefined()
    expect(rulesChange(PATH, history(written(), undefined))).toBeUndefined()
    expect(rulesChange(PATH, history(written(), 'no: canary'))).toBeUndefined()
  })

  it('are changed by hand where they are others, with what they were, the line, and whose it was', () => {
    const found = rulesChange(PATH, history(written(), written(loose), written({ ...loose, weight: 25 })))!

    expect(found.by).toEqual({ commit: '1'.repeat(40), at: AT + DAY, author: 'Ada' })
    expect(standingWords({ kind: 'rules', ...found })).toMatch(
      /^the rules of what is tried were changed by hand by Ada in 1111111, 2026-05-21 12:00 UTC: apps.*model-canary.yaml:\d+ conversion.margin is 0.5, recorded is 0.005$/,
    )
  })

  it('are told by the last change where there were several, and by none where they were put back', () => {
    const both = { ...loose, on_harm: 'propose' }
    expect(rulesChange(PATH, history(written(), written(loose), written(both)))).toMatchObject({
      by: { commit: '2'.repeat(40) },
      changes: [{ there: '0.5' }, { there: 'propose', recorded: 'merge' }],
    })
    expect(rulesChange(PATH, history(written(), written(loose), written()))).toBeUndefined()
  })

  it('are those that it began with, whatever lay between, in one commit or in several', () => {
    const change = { by: { commit: '2'.repeat(40) }, changes: [{ there: '0.5', recorded: '0.005' }] }
    const between = ['weight: [', `${written()}nonsense: 1\n`, written({ ...loose, challenger: release(3) })]
    for (const text of between)
      expect(rulesChange(PATH, history(written(), text, written(loose)))).toMatchObject(change)
    expect(rulesChange(PATH, history(written(), between[0], written()))).toBeUndefined()
  })

  it('begin anew with another release, and where what was tried was taken away between', () => {
    const other = { challenger: release(3) }
    expect(rulesChange(PATH, history(written(), written({ ...loose, ...other })))).toBeUndefined()
    expect(rulesChange(PATH, history(written(), undefined, written(loose)))).toBeUndefined()
  })

  it('are named by the commit of the change to whoever judges', () => {
    const tried = history(written(), written(loose))
    expect(historyCauses(PATH, { tried, record: [] }, canaryFile({ for: '1d' }))).toEqual([
      { kind: 'rules_changed', at: AT + DAY, words: expect.stringContaining('margin is 0.5') },
    ])
    expect(historyCauses(PATH, { tried: tried.slice(1), record: [] }, canaryFile({ for: '1d' }))).toEqual([])
  })
})
