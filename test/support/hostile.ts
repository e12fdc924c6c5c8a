import fc from 'fast-check'
import type { Result } from '../../src/core/verdict/result.ts'
import { anyCharacter } from './any-character.ts'
import { difference, failedResult, gate, metric, result, slice } from './results.ts'

/** Text that tries to be something else: pieces that mean something to Markdown, HTML, forges or terminals, and any others. */
export function hostileText(maxLength = 12): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: anyCharacter, maxLength: 6 })), {
      maxLength,
    })
    .map(pieces => pieces.join(''))
}

/** A result in which every text is hostile, except those that are one of a few words, and the team's own notes. */
export function hostileResult(): fc.Arbitrary<Result> {
  return fc
    .record({
      texts: fc.array(hostileText(), { minLength: 1, maxLength: 60 }),
      start: fc.constantFrom(...RICH),
    })
    .map(({ texts, start }) => replaceTexts(start, texts))
}

// --- internal ---

const PIECES = [
  '@octocat', '@org/team', ' @all', '&#64;here', '&commat;all', 'a@b.co', 'ada@example.com',
  '#1', 'GH-2', 'acme/other#3', '!4', '$5', '&6', '%7', '~bug', '[vulnerability:1]',
  '0123456789abcdef0123456789abcdef01234567', 'deadbeef',
  'https://evil.example/p', 'http://', '//evil.example', 'www.evil.com', 'evil.com', 'javascript:alert(1)', 'mailto:a@b.c',
  '![a](https://evil.example/p.png)', '[x](javascript:1)', '[x]: https://evil.example "t"', '![ ][x]', '[^1]', '[ ]',
  '<img src=x onerror=alert(1)>', '<script>', '</script>', '<!--', '-->', '<!-- assay:report model=x order=1.1 -->',
  '<details>', '</details>', '</summary>', '</td></tr></table>', '<h1>', '</sub>', '<', '>', '&lt;', '&#60;', '&',
  '`', '``', '```', '````', '~~~', '~~', '**', '__', '_', '*', '|', '\\|', '\\', '\\`',
  '\n', '\r\n', '\r', '\n\n', '\n/merge', '/approve', '/close\n', '\n# APPROVED', '\n### ✅ pass', '\n---\n', '\n===\n', '\n- ', '\n> [!TIP]\n> ', '\n1. ',
  '\t', ' ', '    ', '\u0000', '\u001b[31m', '\u001b]0;x\u0007', '\u0085', '\u2028', '\u202e', '\u200d', '\u200b', '\ufeff', '\ud800', '\udc00', '\u{1f600}', '\u{e0041}', 'e\u0301', '\u0301', 'ا', 'א',
  ':tada:', '$x_1$', '$`x`$', '{{x}}', '$&', '$1', '%s', '::error::', '##[error]', '="\' onload="x', 'data:text/html,x', '=1+1', '+', '-', 'a', '0', '.',
] // biome-ignore format: one a line would be a page

/** Results that show every part of the report. */
const RICH: Result[] = [
  result({
    verdict: 'fail',
    blocks: true,
    metrics: [
      metric('accuracy', [0.8, 0.7], difference(-0.1, -0.2, -0.05), { gated: true, note: 'n' }),
      metric(
        'auc',
        [0.7, 0.8],
        difference(0.1, 0.05, 0.2, { counts: { both: 3 }, seed: 5, resamples: 2000 }),
      ),
      metric('own', [1, 2], undefined, { direction: undefined, champion: undefined, gated: true }),
    ],
    gates: [
      gate('accuracy not worse', 'fail', {
        slices: { column: 'c', judged: 2, cannotJudge: 0, failed: ['a', 'b'] },
      }),
      gate('auc better', 'inconclusive'),
      gate('own at least', 'not_comparable'),
      gate('f1 at least', 'pass', { waived: { reason: 'r', author: 'a', until: '2026-12-31' } }),
    ],
    slices: [
      slice('a', 500, difference(-0.1, -0.2, -0.05)),
      slice('b', 400, difference(-0.01, -0.02, 0.05), { metric: 'f1', outcome: 'inconclusive' }),
      slice('c', 3, undefined),
    ],
    seeds: [
      {
        metric: 'accuracy',
        scores: [
          { seed: 1, candidate: 0.7, champion: 0.8 },
          { seed: 2, candidate: 0.72 },
        ],
      },
    ],
    warnings: ['w', 'v'],
    configuration: { source: 'base', commit: 'c', changes: ['c', 'd'] },
    candidate: {
      source: 'this commit',
      commit: 'c',
      data: ['d', 'e'],
      testSet: { hash: 'h', rows: 900 },
      metricCode: 'm',
      seeds: [1, 2],
      usage: {
        trainSeconds: 60,
        cost: 3,
        currency: 'EUR',
        priceSource: 'p',
        gpus: [{ index: 0, name: 'H', idleShare: 0.7, utilisation: 0.3, seconds: 60 }],
      },
    },
    champion: {
      source: 'command x',
      commit: 'c',
      data: ['d'],
      testSet: { hash: 'i', rows: 900 },
      ageDays: 3,
    },
  }),
  failedResult('training_failed', { command: 'c', signal: 's', tail: 't' }),
  failedResult('evaluation_failed', { command: 'c', exitCode: 3, tail: 't' }),
  result({ champion: undefined, base: undefined, verdict: 'inconclusive' }),
]

/** Values that are one word of a closed list, or that the schema holds to a grammar. */
const CLOSED = new Set([
  'direction',
  'judgement',
  'state',
  'verdict',
  'outcome',
  'unit',
  'against',
  'model',
  'order',
  'notes',
])

function replaceTexts(start: Result, texts: string[]): Result {
  let next = 0
  const text = () => texts[next++ % texts.length]!
  const walk = (value: unknown, key: string, parent: string): unknown => {
    if (Array.isArray(value)) return value.map(entry => walk(entry, key, parent))
    if (typeof value === 'string')
      return CLOSED.has(key) || (key === 'source' && parent === 'configuration') ? value : text()
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        key === 'counts' ? text() : name,
        walk(entry, name, key),
      ]),
    )
  }
  return walk(start, '', '') as Result
}
