import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { parseResult } from '../../../src/core/verdict/parse-result.ts'
import { STATES } from '../../support/report-states.ts'
import { result } from '../../support/results.ts'

/** `with('run.order', 'x')`: a good result in which one value is another. */
function withValue(path: string, value: unknown): string {
  const changed = structuredClone(result()) as unknown as Record<string, unknown>
  const keys = path.split('.')
  let at = changed
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[keys.at(-1)!] = value
  return JSON.stringify(changed)
}

function parse(text: string) {
  return parseResult(new TextEncoder().encode(text), 'out/result.json')
}

function problemsOf(text: string): string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems.map(problem => problem.what)
  }
}

describe('a result from another job', () => {
  it.each(Object.entries(STATES))('is read back as it was written: %s', (_, state) => {
    const text = JSON.stringify(state)

    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it('of a skipped model was a pass once: it is read as skipped, and as nothing else', () => {
    const skipped = (verdict: string) => JSON.stringify({ ...STATES.skipped, verdict })

    expect(parse(skipped('pass'))).toMatchObject({ state: 'skipped', verdict: 'skipped' })
    expect(problemsOf(skipped('fail'))).toEqual(['verdict: it does not fit the state'])
    expect(problemsOf(withValue('verdict', 'skipped'))).toEqual(['verdict: it does not fit the state'])
  })

  it.each([
    ['a model that is a path', 'model', '../../etc'],
    ['a model that is a flag', 'model', '--help'],
    ['a model with a line end', 'model', 'late\n/merge'],
    ['a model without an end', 'model', 'x'.repeat(64)],
    ['a commit that is a branch', 'candidate.commit', 'main'],
    ['a commit that is a command', 'configuration.commit', '$(id)'],
    ['a hash that is none', 'candidate.testSet.hash', '`x`'],
    ['a metric that is a table', 'metrics.0.metric', 'a | 0.999'],
    ['a value that JSON cannot write', 'metrics.0.candidate.value', Number.NaN],
    ['a value that is a word', 'metrics.0.candidate.value', 'NaN'],
    ['a count below zero', 'slices.0.rows', -1],
    ['a count with a fraction', 'slices.0.rows', 2.5],
    ['a count beyond what a number holds', 'slices.0.rows', 2 ** 60],
    ['a level that is no level', 'metrics.0.differences.champion.interval.level', 95],
    ['a verdict of its own', 'verdict', 'approved'],
    ['an order that is no order', 'run.order', '9'.repeat(40)],
    ['a pull request that is none', 'run.pullRequest', -7],
    ['a confusion matrix with a row too few', 'confusion.candidate', [[1, 2]]],
    [
      'a confusion matrix with a cell too many',
      'confusion.champion',
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    ['a reason of a million characters', 'gates.0.reason', 'x'.repeat(1_000_000)],
    ['an address of a million characters', 'run.url', `https://${'x'.repeat(1_000_000)}`],
    ['a slice of a million characters', 'slices.0.value', 'x'.repeat(1_000_000)],
    ['another schema', 'schema', 2],
  ])('is refused for %s', (_, path, value) => {
    const problems = problemsOf(withValue(path, value))

    expect(problems[0]).toContain(path.replace(/\.candidate$|\.champion$/, ''))
    expect(problems[0]!.length).toBeLessThan(260)
  })

  it('of which next to nothing is there says what every result has, and what to do', () => {
    try {
      parse('{"schema":1}')
      expect.unreachable()
    } catch (error) {
      const { message, problems } = error as AssayError
      expect(message).toBe('out/result.json is not a result of Assay')
      expect(problems).toHaveLength(1)
      expect(problems[0]!.what).toMatch(
        /^it has no `assay`, `model`, `state`, `verdict`, .*, which every result has$/,
      )
      expect(problems[0]!.fix).toContain('`assay evaluate`')
    }
  })

  it.each([
    ['a value of another kind', withValue('warnings', 'x'), 'warnings: expected array, received string'],
    ['a list', '[]', 'it is no object of JSON, as a result is'],
    ['a word', '"x"', 'it is no object of JSON, as a result is'],
    ['a field less', withValue('candidate', {}), 'it has no `candidate.source`, which every result has'],
  ])("says of %s what is wrong, in words that are no program's", (_, text, expected) => {
    const problems = problemsOf(text)

    expect(problems).toContain(expected)
    expect(problems.join()).not.toContain('Invalid input')
  })

  it.each([
    ['an infinite number', JSON.stringify(result()).replace('0.642923', '1e999')],
    ['nothing', ''],
    ['an array', '[]'],
    ['half a file', JSON.stringify(result()).slice(0, 900)],
    ['a million brackets', '['.repeat(1_000_000)],
  ])('is refused when it is %s', (_, text) => {
    expect(problemsOf(text)).not.toEqual([])
  })

  it('is refused when it is not text or too large', () => {
    expect(() => parseResult(Uint8Array.of(0xff, 0xfe, 0x7b), 'f')).toThrow(AssayError)
    expect(() => parseResult(new Uint8Array(64 * 1024 * 1024 + 1), 'f')).toThrow(AssayError)
  })

  it('changes no prototype; what a newer version added is kept', () => {
    const text = JSON.stringify(result())
      .replace('"schema":1', '"__proto__":{"blocks":true},"constructor":1,"schema":1,"own":"x"')
      .replace('"p":0.0003', '"counts":{"__proto__":1,"both":2},"p":0.0003')

    const parsed = parse(text)

    expect(parsed).toHaveProperty('own', 'x')
    expect(Object.keys(parsed)).not.toContain('__proto__')
    expect(Object.keys(parsed)).not.toContain('constructor')
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
    expect(Object.keys(parsed.metrics[0]!.differences.champion!.counts!)).toEqual(['both'])
    expect(({} as Record<string, unknown>).blocks).toBeUndefined()
  })

  it.each(['gates', 'slices', 'metrics'])(
    'is refused unread where a few bytes of %s lack thousands of things',
    key => {
      const empty = (count: number) => withValue(key, Array(count).fill({}))

      expect(problemsOf(empty(1000))).toEqual(['nearly nothing in it is what a result has'])
      expect(problemsOf(empty(100))[0]).toContain(`${key}.0.`)
    },
  )

  it('names what is wrong without showing control characters, and not a thousand times', () => {
    const rows = Array.from({ length: 1000 }, () => 1)

    const problems = problemsOf(withValue('metrics', rows))
    const keys = problemsOf(withValue('metrics.0.differences.champion.counts', { '\u001b[31mx': 'y' }))

    expect(problems).toHaveLength(21)
    expect(problems.at(-1)).toBe('and 980 more')
    expect(keys.join()).toContain('␛[31mx')
  })
})

describe('a result of before `f1_macro`', () => {
  const old = () => {
    const now = result()
    return {
      ...now,
      assay: '0.3.0',
      metrics: [
        { ...now.metrics[0]!, metric: 'f1' },
        { ...now.metrics[0]!, metric: 'accuracy' },
      ],
      gates: [
        {
          ...now.gates[0]!,
          metric: 'f1',
          name: 'f1 at least 0.8',
          reason: 'f1 is 0.9; at least 0.8 is asked',
        },
        { ...now.gates[0]!, metric: 'f1', name: 'f1 of the whole shop', reason: 'there is no champion yet' },
        { ...now.gates[0]!, metric: 'accuracy', name: 'accuracy at least 0.8', reason: 'accuracy is 0.9' },
      ],
      slices: [{ ...now.slices[0]!, metric: 'f1' }],
      seeds: [{ metric: 'f1', scores: [{ seed: 1, candidate: 0.9 }] }],
      confusion: {
        classes: ['a', 'b', 'c'],
        candidate: [
          [3, 1, 0],
          [0, 4, 0],
          [0, 0, 2],
        ],
      },
      warnings: ['the champion is old'],
    }
  }

  it('of several classes is read with the name of now, and says so once', () => {
    const read = parse(JSON.stringify(old()))

    expect(read.metrics.map(({ metric }) => metric)).toEqual(['f1_macro', 'accuracy'])
    expect(read.gates.map(({ metric, name, reason }) => [metric, name, reason])).toEqual([
      ['f1_macro', 'f1_macro at least 0.8', 'f1_macro is 0.9; at least 0.8 is asked'],
      ['f1_macro', 'f1 of the whole shop', 'there is no champion yet'],
      ['accuracy', 'accuracy at least 0.8', 'accuracy is 0.9'],
    ])
    expect(read.slices.map(({ metric }) => metric)).toEqual(['f1_macro'])
    expect(read.seeds?.map(({ metric }) => metric)).toEqual(['f1_macro'])
    expect(read.warnings).toEqual([
      'the champion is old',
      '`f1` of several classes is the mean over the classes: the result of Assay 0.3.0 is read as `f1_macro`, which is its name now.',
    ])
    expect(parse(JSON.stringify(read))).toEqual(read)
  })

  it('of two classes, of no classes, or with both names is as it was written', () => {
    const [first] = old().metrics
    const two = {
      classes: ['no', 'yes'],
      candidate: [
        [3, 1],
        [0, 4],
      ],
    }
    const others = [
      { ...old(), confusion: two },
      { ...old(), confusion: undefined },
      { ...old(), metrics: [first!, { ...first!, metric: 'f1_macro' }] },
    ]

    for (const other of others)
      expect(parse(JSON.stringify(other))).toEqual(JSON.parse(JSON.stringify(other)))
  })
})
