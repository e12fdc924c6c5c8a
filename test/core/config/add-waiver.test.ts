import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { withWaiver } from '../../../src/core/config/written/add-waiver.ts'

const SHORT = `# our model
model: churn   # one
train: python train.py
evaluate: python evaluate.py
metrics: metrics.json
gates:
  - { metric: roc_auc, at_least: 0.5 }   # the floor
  - { name: slow, metric: duration, at_most: 60 }
`
const ASKED = {
  model: 'churn',
  gate: 'roc_auc',
  reason: 'labels came late: see the log',
  author: 'kim',
  until: '2026-12-31',
}
const LONG = `models:
  churn:
    train: python train.py
    evaluate: python evaluate.py
    metrics: metrics.json
    gates: [{ metric: roc_auc, at_least: 0.5 }]
    waivers: # known
      - metric: roc_auc
        reason: it was so before
        author: ada
        until: 2026-06-30
  other:
    train: x
    evaluate: x
    metrics: metrics.json
`

describe('a waiver that is added', () => {
  it.each([
    ['the short form', SHORT],
    ['several models', LONG],
    ['CRLF', SHORT.replaceAll('\n', '\r\n')],
    ['an empty list', `${SHORT}waivers: []\n`],
  ])('stands in the file, and all else as it was: %s', (_, text) => {
    const after = withWaiver(text, 'assay.yml', ASKED)

    const { waivers } = parseConfig(after, 'assay.yml').config.models.churn!
    const { model: _model, gate, ...rest } = ASKED
    expect(waivers.at(-1)).toEqual({ metric: gate, ...rest })
    expect(waivers).toHaveLength(text === LONG ? 2 : 1)
    for (const line of text.split(/\r?\n/)) if (line !== 'waivers: []') expect(after).toContain(line)
    expect(withWaiver(after, 'assay.yml', ASKED)).toBe(after)
  })

  it('is of the one gate of a name', () => {
    const after = withWaiver(SHORT, 'assay.yml', { ...ASKED, gate: 'slow' })

    expect(parseConfig(after, 'assay.yml').config.models.churn!.waivers[0]).toMatchObject({
      metric: 'duration',
      gate: 'slow',
    })
  })

  it('keeps texts that YAML would read as something else', () => {
    const reason = 'yes: # no\n- "{[x]}" \\'
    const after = withWaiver(SHORT, 'assay.yml', { ...ASKED, reason })

    expect(parseConfig(after, 'assay.yml').config.models.churn!.waivers[0]?.reason).toBe(reason)
  })

  it.each([
    [{ gate: 'rocauc' }, /there is no gate rocauc/],
    [{ model: 'chrun' }, /no model chrun/],
    [{ reason: 'short' }, /say why, in at least 10 characters/],
    [{ until: '2026-02-31' }, /until/],
  ])('is refused: %j', (change, what) => {
    expect(() => withWaiver(SHORT, 'assay.yml', { ...ASKED, ...change })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ what: expect.stringMatching(what) })] }),
    )
  })
})
