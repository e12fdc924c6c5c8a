import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCheck } from '../../../src/core/report/check.ts'
import { renderCodeQuality } from '../../../src/core/report/codequality.ts'
import { renderHtml } from '../../../src/core/report/html/html.ts'
import { renderJunit } from '../../../src/core/report/junit.ts'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { renderSummary } from '../../../src/core/report/summary.ts'
import { renderTerminal } from '../../../src/core/report/terminal.ts'
import type { ForgeDialect } from '../../../src/core/report/words/dialect.ts'
import { formatChange } from '../../../src/core/text/numbers.ts'
import type { Result } from '../../../src/core/verdict/result.ts'
import { difference, failedResult, gate, metric, result, slice } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'
import { evaluation, numbers, weighed } from '../verdict/weigh/weigh-inputs.ts'

const COMMENT: ForgeDialect = {
  name: 'github',
  maxBody: 250_000,
  alerts: true,
  details: true,
  quickActions: false,
}

/** Every face as a person reads it: without tags, entities, what nobody sees and line breaks. */
async function faces(shown: Result): Promise<Record<string, string>> {
  const read = (text: string) =>
    text
      .replace(/<[^>]*>/g, '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/&(lt|gt|amp|quot);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name as 'lt']!)
      .replaceAll('\u200b', '')
      .replace(/\s+/g, ' ')
  const check = renderCheck(shown)
  const texts = {
    comment: renderMarkdown(shown, COMMENT, {}),
    summary: renderSummary(shown, { maxBytes: 1_000_000 }),
    check: [check.title, check.summary, ...check.annotations.map(one => `${one.title} ${one.message}`)].join(
      '\n',
    ),
    annotations: check.annotations.map(one => one.message).join('\n'),
    terminal: renderTerminal(shown, { colour: false, width: 200 }),
    html: await renderHtml(shown, {}),
    junit: renderJunit([shown], []),
    codequality: renderCodeQuality([shown], 'assay.yml'),
  }
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, read(text)]))
}

/** Five seeds around a champion's value; every change is ours to write. */
function ofSeeds(champion: number, change: number, noise: number, margin: number): Result {
  const side = (name: 'candidate' | 'champion', offset: number) => {
    const seeds = [0, 1, 2, 3, 4].map(seed => ({
      seed,
      metrics: new Map([['loss', champion + offset * (1 + noise * (seed - 1.5))]]),
    }))
    return numbers(name, { loss: champion + offset }, { seeds })
  }
  return weighed(
    {
      directions: { loss: 'lower' },
      gates: [
        { metric: 'loss', not_worse_than: 'champion', margin },
        { metric: 'loss', at_most: champion },
      ],
    },
    { candidate: side('candidate', change), champion: side('champion', 0) },
  )
}

describe('a number of ours', () => {
  it('is no telephone number: the change that a million rows show', async () => {
    const change = difference(0.000_18, -0.000_1, 0.000_46, { rows: 1_000_000 })
    const said = `roc_auc 0.81234 against the champion's 0.81216: ${formatChange(change)}; up to 0.0001 worse is accepted`
    const shown = result({
      verdict: 'inconclusive',
      metrics: [metric('roc_auc', [0.812_16, 0.812_34], change, { gated: true })],
      gates: [gate('roc_auc not worse than champion', 'inconclusive', { reason: said, blocks: true })],
      slices: [slice('DEN', 573, difference(12.345_678, 12.345_677, 12.345_679))],
    })
    expect(said).toContain('+0.00018 (95 % interval')
    for (const [face, text] of Object.entries(await faces(shown))) {
      expect(text, face).toContain(said)
      expect(text, face).not.toContain('[phone]')
    }
  })

  it('property: stands in every face as it is written', async () => {
    const size = fc.oneof(
      fc.double({ min: 1e-7, max: 1e7, noNaN: true }),
      fc.constantFrom(0.000_18, 1.8e-5, 12.345_678, 123.456_789, 4930.1, 1e-6),
    )
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.double({ min: 1e-6, max: 3, noNaN: true }),
        size,
        fc.boolean(),
        async (champion, change, noise, margin, worse) => {
          const shown = ofSeeds(champion, worse ? change : -change, noise, margin)
          const open = shown.gates.filter(one => one.verdict !== 'pass')
          const all = await faces(shown)
          for (const [face, text] of Object.entries(all)) expect(text, face).not.toContain('[phone]')
          for (const { reason } of shown.gates)
            for (const face of ['comment', 'summary', 'terminal', 'html'])
              expect(all[face], face).toContain(reason)
          for (const { reason } of open)
            for (const face of ['annotations', 'junit', 'codequality'])
              expect(all[face], face).toContain(reason)
        },
      ),
      cases(60),
    )
  })
})

const PEOPLE = ['+49 30 1234567', '(555) 123-4567', 'ada@example.com', 'DE89 3704 0044 0532 0130 00']

describe.each(PEOPLE)("somebody else's text with %s", person => {
  const rows = Array.from({ length: 400 }, (_, index) => ({
    label: (index % 2) as 0 | 1,
    score: ((index * 7) % 100) / 100,
    region: index % 4 === 0 ? `call ${person}` : 'rest',
  }))
  const worse = rows.map(row => (row.region === 'rest' ? row : { ...row, score: 1 - row.label }))

  it('is masked in a report that weighs: names, slices, gates, waivers, sources', async () => {
    const named = 'of/030/1234567'
    const seen = weighed(
      {
        predictions: { file: 'predictions.csv', slices: ['region'] },
        directions: { [named]: 'higher' },
        gates: [
          { metric: 'accuracy', not_worse_than: 'champion', margin: 0.01, slices: ['region'] },
          { metric: 'accuracy', not_worse_than: 'champion', margin: 0.01, name: `as ${person} says` },
          { metric: named, at_least: 0.5 },
          { metric: 'gone-ada@example.com', at_least: 0.5 },
        ],
        waivers: [
          {
            metric: 'accuracy',
            gate: `as ${person} says`,
            reason: `let through by ${person}`,
            author: person,
            until: '2027-01-01',
          },
          { metric: named, reason: 'a reason long ago', author: person, until: '2026-01-01' },
        ],
      },
      {
        candidate: evaluation('candidate', worse, {
          source: `command serve --call ${person}`,
          metrics: new Map([[named, 0.4]]),
          data: [`data of ${person}`],
          usage: {
            trainSeconds: 3,
            cost: 2,
            currency: 'EUR',
            priceSource: `as ${person} says`,
            gpus: [{ index: 0, name: `GPU of ${person}`, seconds: 9 }],
          },
        }),
        champion: evaluation('champion', rows, {
          source: `folder of ${person}`,
          metrics: new Map([[named, 0.6]]),
        }),
        reproduce: `git checkout abc && call ${person}`,
      },
    )
    expect(seen.gates.map(one => one.verdict)).toEqual(['fail', 'fail', 'fail', 'fail'])
    const theirs = [person, '030/1234567', 'ada@example.com']
    for (const one of theirs) {
      for (const [face, text] of Object.entries(await faces(seen))) expect(text, face).not.toContain(one)
      for (const { reason } of seen.gates) expect(reason).not.toContain(one)
    }
  })

  it('is masked in a report of a command that died', async () => {
    const command = `python train.py --call ${person}`
    const died = failedResult('training_failed', { command, exitCode: 1, tail: `line\nasked ${person}\n` })
    for (const [face, text] of Object.entries(await faces(died))) expect(text, face).not.toContain(person)
  })
})
