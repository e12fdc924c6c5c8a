import { describe, expect, it } from 'vitest'
import { renderCheck } from '../../../src/core/report/check.ts'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { renderSummary } from '../../../src/core/report/summary.ts'
import { renderTerminal } from '../../../src/core/report/terminal.ts'
import type { ForgeDialect } from '../../../src/core/report/words/dialect.ts'
import type { Result } from '../../../src/core/verdict/result.ts'
import { problemsIn, readRendered } from '../../support/rendered.ts'
import { difference, failedResult, gate, metric, result, slice } from '../../support/results.ts'
import { some } from '../../support/rounds.ts'

const SMALL: ForgeDialect = {
  name: 'small',
  maxBody: 60_000,
  alerts: true,
  details: true,
  quickActions: false,
}
const LARGE: ForgeDialect = { ...SMALL, name: 'large', maxBody: 999_900, quickActions: true }
const PLAIN: ForgeDialect = { ...SMALL, name: 'plain', alerts: false, details: false }
const OWN = { links: [result().run.url!], heads: 1 }

const LOST = difference(-0.1, -0.2, -0.05)
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))
const times = (text: string, size: number) => text.repeat(Math.ceil(size / text.length)).slice(0, size)

/** Results in which one thing is far too much. `failing` says whether gates failed in it. */
const LONG: Record<string, Result> = {
  '3,000 metrics': failing({
    metrics: many(3000, index => metric(`m${index}`, [0.5, 0.4], LOST, { gated: true })),
  }),
  '3,500 metrics of 128 characters': failing({
    metrics: many(3500, index => metric(times(`very/long/name${index}`, 128), [0.5, 0.4], LOST)),
  }),
  '2,000 slices': failing({ slices: many(2000, index => slice(`value ${index} &<|`, 60, LOST)) }),
  '70 KB of notes': failing({
    notes: many(700, index => `- [ ] line ${index} ${'y'.repeat(90)}`).join('\n'),
  }),
  'notes of one line': failing({ notes: 'z'.repeat(70_000) }),
  'notes in an open fence': failing({ notes: `\`\`\`\n${'code\n'.repeat(20_000)}` }),
  '200 gates with long reasons': result({
    verdict: 'fail',
    blocks: true,
    gates: many(200, index =>
      gate(`m${index} at least ${index}`, index % 2 ? 'fail' : 'pass', {
        reason: times('because of <this> ', 2000),
      }),
    ),
  }),
  '5,000 gates': result({
    verdict: 'fail',
    blocks: true,
    gates: many(5000, index => gate(`m${index} at least 1`, 'fail')),
  }),
  '2,000 warnings': failing({ warnings: many(2000, index => times(`Warning ${index} `, 400)) }),
  '500 changed rules': failing({
    configuration: { source: 'base', changes: many(500, index => times(`Gate ${index} is gone `, 300)) },
  }),
  '100 classes': failing({
    confusion: {
      classes: many(100, index => `class ${index}`),
      candidate: many(100, () => many(100, cell => cell * 7919)),
    },
  }),
  'a huge log': failedResult('training_failed', {
    command: times('python x ', 5000),
    exitCode: 1,
    tail: times('log line\n', 300_000),
  }),
  'a huge log of one line': failedResult('evaluation_failed', {
    command: 'x',
    exitCode: 1,
    tail: times('`', 300_000),
  }),
  'a huge command': failing({ reproduce: times('run it ', 200_000) }),
  'many data versions': failing({
    candidate: {
      ...result().candidate,
      data: many(3000, index => times(`data/file-${index}.csv md5 `, 250)),
    },
  }),
  'data that changed everywhere': failing({
    dataChanges: {
      folders: many(5, folder => ({
        path: times(`folder-${folder}`, 400),
        counts: { added: 10 ** 9, changed: 10 ** 9, removed: 10 ** 9 },
        files: many(10, () => ({
          name: times('`|', 400),
          change: 'changed' as const,
          before: 2 ** 53 - 1,
          now: 2 ** 53 - 1,
        })),
      })),
      parameters: many(20, () => ({ name: times('`', 400), before: times('<', 400), now: times('|', 400) })),
      moreParameters: 10 ** 9,
    },
  }),
  everything: failing({
    metrics: many(3000, index => metric(`m${index}`, [0.5, 0.4], LOST, { gated: true, note: 'a note' })),
    slices: many(1000, index => slice(`value ${index}`, 60, LOST)),
    notes: times('text\n', 70_000),
    warnings: many(200, index => `Warning ${index}.`),
  }),
}

// Those that are left to the long run have much in common with one that stays.
const LIKE_OTHERS = [
  '3,000 metrics',
  '5,000 gates',
  'notes of one line',
  '3,500 metrics of 128 characters',
  '500 changed rules',
  'a huge log of one line',
  'many data versions',
]

describe.each(some(Object.entries(LONG), ([name]) => !LIKE_OTHERS.includes(name)))('%s', (_, long) => {
  it.each([SMALL, LARGE, PLAIN])(
    'MD-016, MD-017: fit the limit of a $name forge, verdict and failed gates kept',
    dialect => {
      const text = renderMarkdown(long, dialect, {})

      expect(text.length).toBeLessThanOrEqual(dialect.maxBody)
      expect(text).toMatch(/^### ❌ late-flights: (fail|training failed|evaluation failed) — /)
      expect(problemsIn(text, { ...OWN, heads: dialect.details ? 1 : 20 })).toEqual([])
      expect(missingGates(text, long, dialect)).toEqual([])
    },
  )

  it('MD-016: are cut between rows, and the report says what is missing', () => {
    const text = renderMarkdown(long, SMALL, {})
    const whole = renderMarkdown(long, { ...SMALL, maxBody: Infinity }, {})

    const ragged = readRendered(text).tables.filter(rows => rows.some(row => row.length !== rows[0]!.length))
    expect(ragged).toEqual([])
    if (whole.length > text.length) expect(text).toMatch(/… [\d,]+ more|For length|cut short|left out/)
  })

  it('IO-006: make a summary that the runner does not drop', () => {
    for (const maxBytes of [1_000_000, 50_000, 300, 0]) {
      const text = renderSummary(long, { maxBytes })

      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(maxBytes)
      if (maxBytes >= 300) expect(text).toContain('late-flights')
    }
  })

  it('make a check and a terminal text of bearable size', () => {
    const check = renderCheck(long)

    expect(check.summary.length).toBeLessThanOrEqual(65_535)
    expect(check.title.length).toBeLessThanOrEqual(255)
    expect(renderTerminal(long, { colour: false, width: 100 }).length).toBeLessThan(400_000)
  })

  it('keep the verdict first however little room there is', () => {
    for (const maxBody of [8000, 1000, 200]) {
      const text = renderMarkdown(long, SMALL, { maxBody })

      expect(text.length).toBeLessThanOrEqual(maxBody)
      expect(text).toMatch(/^### ❌ late-flights: /)
      expect(marksOfLongestFence(text) % 2).toBe(0)
      expect(text.split('<details>').length).toBe(text.split('</details>').length)
    }
  })
})

// --- internal ---

/** Shorter runs of backticks in a fence are its content. */
function marksOfLongestFence(text: string): number {
  const lengths = (text.match(/^`{3,}/gm) ?? []).map(run => run.length)
  return lengths.filter(length => length === Math.max(...lengths)).length
}

function failing(change: Partial<Result>): Result {
  const failed = gate('accuracy not worse than champion by more than 0.005', 'fail', {
    reason: 'it is worse',
  })
  return result({ verdict: 'fail', blocks: true, gates: [failed, ...result().gates], ...change })
}

/** Failed gates that the text neither names nor counts as left out; up to 200 are named where there is room. */
function missingGates(text: string, { gates }: Result, { maxBody }: ForgeDialect): string[] {
  const missing = gates.filter(one => one.blocks && !text.includes(one.name)).map(one => one.name)
  return /more gates?/.test(text) && (maxBody < 100_000 || gates.length > 200) ? [] : missing
}
