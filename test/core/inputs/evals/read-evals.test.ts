import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAssayError } from '../../../../src/core/errors/errors.ts'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import type { EvalTool, PredictionsConfig } from '../../../../src/core/inputs/file-options.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { cases } from '../../../support/rounds.ts'
import { config, problemsOf } from '../predictions/read.ts'

/** Files that the tools themselves wrote; test/data/README.md says how. */
const FILES = {
  promptfoo: 'promptfoo-0.121.20.json',
  inspect: 'inspect-0.3.285.json',
  'lm-eval': 'samples_arithmetic_2026-11-30T04-20-00.000000.jsonl',
  deepeval: 'deepeval-4.3.1.json',
  ragas: 'ragas-0.4.3.csv',
} as const satisfies Record<EvalTool, string>
const TOOLS = Object.keys(FILES) as EvalTool[]

function textOf(file: string): string {
  return readFileSync(`test/data/evals/${file}`, 'utf8')
}

function read(
  from: EvalTool,
  text = textOf(FILES[from]),
  more: Partial<PredictionsConfig> = {},
): Predictions {
  return readEvals(text, { ...config(more), from })
}

/** By metric, the scores of the items. */
function scoresOf({ values }: Predictions): Record<string, number[]> {
  return Object.fromEntries(values!.map(({ name, values: scores }) => [name, [...scores]]))
}

describe('a result file of an evaluation tool', () => {
  it('of promptfoo has an item a test, by what the test is, and its repeats as tries', () => {
    const read0 = read('promptfoo')

    expect(read0.rows).toBe(3)
    expect(textsOf(read0.ids).map(id => id.replace(/ \([0-9a-f]{8}\)$/, ''))).toEqual([
      'capital of France',
      'capital of Italy',
      'test',
    ])
    expect(read0.places).toEqual([
      ['results.results[0]', 'results.results[1]', 'results.results[2]'],
      ['results.results[3]', 'results.results[4]', 'results.results[5]'],
      ['results.results[6]', 'results.results[7]', 'results.results[8]'],
    ])
    expect(scoresOf(read0)).toEqual({
      passed: [1, 1, 0],
      'pass@2': [1, 1, 0],
      'pass@3': [1, 1, 0],
      score: [1, expect.closeTo(0.7, 12), 0],
      // Only one test has an assertion of this name.
      length: [Number.NaN, expect.closeTo(0.4, 12), Number.NaN],
      right: [1, 1, Number.NaN],
    })
    expect(read0.unscored).toBeUndefined()
  })

  it('of promptfoo may have as many prompts as rows: each is looked at once, not with all before it', () => {
    const results = Array.from({ length: 16_000 }, (_, promptIdx) => ({
      promptIdx,
      provider: 'exec:bot',
      prompt: { label: `prompt ${promptIdx >> 1}` },
      success: true,
    }))

    const { rows, arms } = read('promptfoo', JSON.stringify({ results }))

    expect(rows).toBe(16_000)
    expect(arms?.names.slice(0, 2)).toEqual(['["exec:bot","prompt 0"]', '["exec:bot","prompt 0"] 2'])
    expect(arms?.of.at(-1)).toBe(15_999)
  }, 20_000)

  it('of Inspect has an epoch a try, and letters as the numbers that Inspect makes of them', () => {
    const log = read('inspect')

    expect(textsOf(log.ids).map(id => id.slice(0, -11))).toEqual(['sample 2', 'sample 3', 'sample france'])
    expect(scoresOf(log)).toEqual({
      passed: [1, 0, 0.5],
      'pass@2': [1, 0, 1],
      match: [1, 0, 0.5],
      shortness: [0.25, 0.625, expect.closeTo(0.225, 12)],
      'style/clear': [1, 1, 1],
      'style/polite': [0.5, 0.5, 0.5],
    })
  })

  it('of lm-evaluation-harness has a document a line, and a metric for each filter', () => {
    const samples = read('lm-eval')

    expect(textsOf(samples.ids).map(id => id.slice(0, -11))).toEqual([
      'document 0',
      'document 1',
      'document 2',
    ])
    expect(scoresOf(samples)).toEqual({
      passed: [1, 0, 0],
      'exact_match/strict-match': [1, 0, 0],
      'exact_match/flexible-extract': [1, 1, 0],
    })
  })

  it('of DeepEval has the same input again as another try', () => {
    const run = read('deepeval')

    expect(run.rows).toBe(2)
    expect(scoresOf(run)).toEqual({
      passed: [0.5, 0],
      Faithfulness: [0.75, 0.25],
      Answer_Relevancy: [expect.closeTo(0.65, 12), 0.8],
    })
  })

  it.each(['ragas-0.4.3.csv', 'ragas-0.4.3.json'])(
    'of ragas, %s, has columns of numbers as metrics',
    file => {
      const limits = { faithfulness: 0.9 }

      const table = read('ragas', textOf(file), { passed: limits })

      expect(scoresOf(table)).toEqual({
        passed: [0.5, 0],
        faithfulness: [1, 0.5],
        answer_relevancy: [expect.closeTo(0.805, 12), 0.8],
      })
      expect(scoresOf(read('ragas', textOf(file)))).not.toHaveProperty('passed')
    },
  )

  it.each<[EvalTool, string, string, Record<string, number[]>]>([
    [
      'promptfoo',
      'a summary of version 2: providers and prompts without numbers, an error without a grading',
      JSON.stringify({
        results: {
          version: 2,
          results: ['a', 'b'].flatMap(id => [
            { provider: { id }, prompt: { raw: 'Say x', label: 'Say {{x}}' }, vars: { x: 1 }, success: id === 'a', score: 1 },
            { provider: { id }, prompt: { raw: 'Say y', label: 'Say {{x}}' }, vars: { x: 2 }, success: true, score: 1 },
            { provider: { id }, prompt: { raw: 'Say y', label: 'Say {{x}}' }, vars: { x: 2 }, success: false, score: 0, error: '429' },
          ]),
          table: { head: {}, body: [] },
        },
      }), // biome-ignore format: a row a line
      { passed: [1, 1, 0, 1], score: [1, 1, 1, 1] },
    ],
    [
      'promptfoo',
      'JSON lines, and variables that a run has added',
      [1, 2]
        .map(run =>
          JSON.stringify({
            promptIdx: 0,
            success: run === 1,
            score: 1,
            vars: { x: 1, _conversation: [run] },
            testCase: { vars: { x: 1 } },
          }),
        )
        .join('\n'),
      { passed: [0.5], 'pass@2': [1], score: [1] },
    ],
    [
      'lm-eval',
      'of the first versions: a list, metrics among the other keys, filters without names',
      JSON.stringify(
        [0, 1].flatMap(filter =>
          [0, 1].map(doc_id => ({
            doc_id,
            doc: { question: 'q' },
            target: '4',
            arguments: [],
            resps: [],
            filtered_resps: [],
            exact_match: filter * doc_id,
          })),
        ),
        null,
        2,
      ),
      { passed: [0, 0], 'exact_match/filter-1': [0, 0], 'exact_match/filter-2': [0, 1] },
    ],
    [
      'lm-eval',
      'likelihoods: true and false, and parts of a sum',
      '{"doc_id": 0, "filter": "none", "metrics": ["acc", "ppl"], "acc": true, "ppl": [-2.5, 7]}\r\n\r\n{"doc_id": 1, "filter": "none", "metrics": ["acc", "ppl"], "acc": false, "ppl": [-1, 2]}\r\n',
      { passed: [1, 0], acc: [1, 0] },
    ],
    [
      'inspect',
      'of the first logs, and a sample that was invalidated since',
      JSON.stringify({
        version: 1,
        status: 'success',
        samples: [
          { id: 1, epoch: 1, input: 'a', target: 'b', score: { value: 'C' } },
          { id: 1, epoch: 2, input: 'a', target: 'b', score: { value: 'I' }, invalidation: { author: 'x' } },
        ],
      }),
      { passed: [1], score: [1] },
    ],
    [
      'ragas',
      'CSV with the index of pandas, numbers as answers, and a metric of pass and fail',
      ',user_input,response,reference,faithfulness,tone\n0,2+2,4,4,1.0,pass\n1,2+3,5,5,0.5,fail\n',
      { faithfulness: [1, 0.5], tone: [1, 0] },
    ],
    [
      'ragas',
      'CSV with semicolons and Windows line ends',
      'question;answer;ground_truth;critique\r\na;b;c;True\r\nd;e;f;False\r\n',
      { passed: [1, 0], critique: [1, 0] },
    ],
    [
      'ragas',
      'JSON of `to_json()` without an orient',
      '{"user_input":{"0":"a","1":"b"},"reference":{"0":"x","1":null},"faithfulness":{"0":0.5,"1":1}}',
      { faithfulness: [0.5, 1] },
    ],
    [
      'ragas',
      'JSON lines',
      '{"user_input":"a","retrieved_contexts":["c"],"faithfulness":0.5}\n{"user_input":"b","retrieved_contexts":[],"faithfulness":1}\n',
      { faithfulness: [0.5, 1] },
    ],
    [
      'deepeval',
      'a row a case and metric',
      'test_case,input,expected_output,metric,score,threshold,success,reason\nt0,a,x,Answer Relevancy,0.9,0.5,True,"good, yes"\nt0,a,x,Faithfulness,0.2,0.5,False,no\nt1,b,y,Answer Relevancy,0.8,0.5,True,\n',
      { passed: [0, 1], Answer_Relevancy: [0.9, 0.8], Faithfulness: [0.2, Number.NaN] },
    ],
    [
      'deepeval',
      'a row a case, tries below one another, and a column that says what passed',
      ',name,success,input,actual_output,expected_output,Faithfulness,Faithfulness_reason,evaluation_cost\n0,t,True,a,3,4,0.9,ok,0.01\n1,t,False,a,5,4,0.1,bad,0.01\n2,u,True,b,4,4,1,ok,\n',
      { passed: [0.5, 1], Faithfulness: [0.5, 1] },
    ],
    [
      'deepeval',
      'the predictions of a benchmark',
      'Task,Input,Prediction,Expected Output,Correct\nhigh_school,q1,A,A,1\nhigh_school,q2,B,C,0\n',
      { passed: [1, 0], Correct: [1, 0] },
    ],
    [
      'deepeval',
      'test results as a list, before 1.0 with other names, and a flaky metric that decides nothing',
      JSON.stringify([
        { input: 'a', metricsMetadata: [{ metric: 'Bias', score: 0.5, success: true }] },
        { input: 'b', metrics_data: [{ name: 'Bias', score: 1, success: true }, { name: 'Mood', score: 0, success: false, flaky: true }] },
        { input: 'c', metrics_data: [] },
      ]), // biome-ignore format: a row a line
      { passed: [1, 1, 0], Bias: [0.5, 1, Number.NaN], Mood: [Number.NaN, 0, Number.NaN] },
    ],
    [
      'deepeval',
      'the run that the command line leaves',
      '{"testRunData": {"testCases": [{"name": "t", "input": "a", "success": true, "metricsData": [{"name": "Bias", "score": 0.5}]}]}}',
      { passed: [1], Bias: [0.5] },
    ],
  ])('of %s: %s', (tool, _, text, expected) => {
    expect(scoresOf(read(tool, text))).toEqual(expected)
  })

  it('of a part of what there is says so', () => {
    const log = JSON.parse(textOf(FILES.inspect))
    log.eval.dataset.samples = 40
    log.eval.config.limit = 3
    const filtered = JSON.parse(textOf(FILES.promptfoo))
    filtered.config.tests.push({ description: 'another' })

    expect(read('inspect', JSON.stringify(log)).remarks).toEqual([
      'The log is of 3 of the 40 samples of its data set (`--limit` or `--sample-id`).',
    ])
    expect(read('promptfoo', JSON.stringify(filtered)).remarks).toEqual([
      'The results are of a part of the tests: 9 of 12 that its configuration has, repeats among them (a filter such as `--filter-first-n`).',
    ])
    for (const tool of ['inspect', 'promptfoo'] as const) expect(read(tool).remarks).toBeUndefined()
  })

  it.each(['ragas', 'deepeval'] as const)('of a table of %s: yes and no are data, unless named', tool => {
    const [item, answer] = tool === 'ragas' ? ['user_input', 'reference'] : ['input', 'expected_output']
    const table = `${item},${answer},answerable,label,judged\na,x,yes,correct,1\nb,y,no,incorrect,0\n`
    const of = (more: Partial<PredictionsConfig>) => read(tool, table, more)

    expect(scoresOf(of({}))).toEqual({ passed: [1, 0], judged: [1, 0] })
    expect(of({}).passing?.by).toBe('judged is 1')
    expect(of({ values: { label: 'higher' } }).passing?.by).toBe('judged is 1')
    expect(scoresOf(of({ values: { label: 'higher' } }))).toMatchObject({ judged: [1, 0], label: [1, 0] })
    expect(scoresOf(of({ passed: { answerable: 1 } }))).toMatchObject({ passed: [1, 0], answerable: [1, 0] })
  })

  it('of DeepEval: a score that passes below its threshold is known, and what nobody can tell is not', () => {
    const table = (rows: string[]) => `input,metric,score,threshold,success\n${rows.join('\n')}\n`
    const lower = (rows: string[], more = {}) => read('deepeval', table(rows), more).lower
    const wide = 'input,Bias,Bias_threshold,Bias_success,mean_error\na,0.1,0.5,True,3\nb,0.9,0.5,False,4\n'

    expect(lower(['a,Bias,0,0.5,True', 'b,Bias,0.9,0.5,False', 'a,Faith,0.9,0.5,True'])).toEqual(['Bias'])
    expect(lower(['a,Bias,0,0.5,True'], { values: { Bias: 'higher' } })).toBeUndefined()
    const failed = 'input,metric,score,threshold,success,error\na,F,0.9,0.5,False,timed out\n'
    const ended = { name: 'F', score: 0.9, threshold: 0.5, success: false, error: 'timed out' }

    expect(read('deepeval', failed).lower).toBeUndefined()
    expect(read('deepeval', JSON.stringify([{ input: 'a', metricsData: [ended] }])).lower).toBeUndefined()
    expect(lower(['a,Mixed,0,0.5,True', 'b,Mixed,0.9,0.5,True', 'c,At,0.5,0.5,True'])).toBeUndefined()
    expect(read('deepeval', wide)).toMatchObject({
      lower: ['Bias'],
      remarks: [
        'Columns that by their names say something of a metric, and of none that is there, are left out: mean_error.',
      ],
    })
    const bias = { name: 'Bias', score: 0.1, threshold: 0.5, success: true }
    expect(read('deepeval', JSON.stringify([{ input: 'a', metricsData: [bias] }])).lower).toEqual(['Bias'])
  })

  it('that is no JSON is refused with what writes it, and with another word where it is cut off', async () => {
    const said = async (text: string) => (await problemsOf(() => read('promptfoo', text))).join()

    expect(await said('evalId: eval-x\nresults:\n  version: 3\n')).toMatch(/not JSON.*--output results\.json/)
    expect(await said(textOf(FILES.promptfoo).slice(0, 5000))).toMatch(/not JSON.*cut off/)
  })

  it('of DeepEval as Python prints it is refused with the line that writes it', async () => {
    const text = 'name,input,metrics_data\nt,a,"[MetricData(name=\'Bias\', score=0.5)]"\n'

    expect((await problemsOf(() => read('deepeval', text))).join()).toMatch(
      /its metrics stand in one column, as Python prints them.*"metric": m\.name/,
    )
  })

  it('of another tool is refused, and which it is is said', async () => {
    for (const from of TOOLS)
      for (const of of TOOLS.filter(tool => tool !== from)) {
        const [problem] = await problemsOf(() => read(from, textOf(FILES[of])))
        expect(problem, `${of} as ${from}`).toContain(`it is a result of ${of}, not of ${from}`)
      }
  })

  it('passes by what the configuration says, in the direction it says', () => {
    const passed = (limits: Record<string, number>, values?: PredictionsConfig['values']) =>
      scoresOf(read('inspect', undefined, { passed: limits, ...(values && { values }) })).passed

    expect(passed({ shortness: 0.25 })).toEqual([1, 1, 0.5])
    expect(passed({ shortness: 0.25 }, { shortness: 'lower' })).toEqual([1, 0.5, 1])
    expect(passed({ shortness: 0.25, match: 1 })).toEqual([1, 0, 0])
  })

  it('has no `passed` where that names what it has no scores of: nothing would ever break', () => {
    const log = read('inspect', undefined, { passed: { mach: 1 } })

    expect(scoresOf(log)).not.toHaveProperty('passed')
    expect(log.unscored!.get('passed')).toContain('names mach, and there are no scores of that name')
  })

  it('asks nothing of an item that it is never scored by', () => {
    const passed = (limits: Record<string, number>) =>
      scoresOf(read('promptfoo', undefined, { passed: limits })).passed

    expect(passed({ right: 1, score: 0 })).toEqual([1, 1, 1])
    expect(passed({ right: 1, length: 0.5 })).toEqual([1, 0, 0])
  })

  it('leaves out tries that died, and is refused where an item has no other', async () => {
    const file = JSON.parse(textOf(FILES.promptfoo))
    const results = file.results.results
    results[0].failureReason = 2
    results[0].success = false
    const died = JSON.stringify(file)
    for (const index of [1, 2]) results[index].failureReason = 2

    expect(scoresOf(read('promptfoo', died)).passed).toEqual([1, 1, 0])
    expect(await problemsOf(() => read('promptfoo', JSON.stringify(file)))).toEqual([
      expect.stringContaining('1 of 3 items have no try that ended, the first `results.results[0]`'),
      expect.stringContaining('Run those that ended in an error again.'),
    ])
  })

  it('says of tests that are the same in every word that they are one item', () => {
    const file = JSON.parse(textOf(FILES.promptfoo))
    const { results, stats } = file.results
    expect(read('promptfoo').remarks).toBeUndefined()
    results.push(...results.slice(0, 3))
    stats.successes += 3

    const doubled = read('promptfoo', JSON.stringify(file))

    expect(doubled.rows).toBe(3)
    expect(doubled.remarks?.[0]).toMatch(
      /^1 of 3 items has twice the tries of others or more: tests that are the same/,
    )
  })

  it('is refused where it says itself that it is not whole, with the way out', async () => {
    type Json = ReturnType<typeof JSON.parse>
    const without = async (tool: EvalTool, change: (file: Json) => void) => {
      const file: Json = JSON.parse(textOf(FILES[tool]))
      change(file)
      return (await problemsOf(() => read(tool, JSON.stringify(file)))).join(' ')
    }
    const retry = 'Finish it with `inspect eval-retry <log>`, or run the evaluation again.'

    for (const status of ['started', 'cancelled', 'error'])
      expect(await without('inspect', log => Object.assign(log, { status }))).toMatch(
        new RegExp(`the run did not end: its status is \`${status}\`.*${retry}`),
      )
    expect(await without('inspect', log => log.samples.pop())).toContain(
      'it is not whole: it holds 5 of the 6 samples that it says the run has',
    )
    // A log of which nobody counted the samples.
    const uncounted = (config: object) => (log: Json) => {
      log.samples.pop()
      delete log.results
      Object.assign(log.eval.config, config)
    }
    expect(await without('inspect', uncounted({}))).toContain('it holds 5 of the 6 samples')
    await expect(without('inspect', uncounted({ limit: 2 }))).rejects.toThrow('it was not refused')
    expect(await without('promptfoo', ({ results }) => results.results.pop())).toContain(
      'it holds 8 of the 9 results that it says the run has',
    )
    expect(await without('deepeval', run => run.testCases.pop())).toContain(
      'it holds 2 of the 3 test cases that it says the run has',
    )
  })

  it('tells none of what was asked and answered: ids are names and fingerprints, messages have paths', async () => {
    for (const tool of TOOLS) {
      const { ids, places } = read(tool)
      const told = JSON.stringify([ids, places])
      for (const content of ['two and two', '2+2', 'Paris', 'At nine', '9 am', 'Lyon'])
        expect(told, tool).not.toContain(content)
    }
    const broken = textOf(FILES.promptfoo).replace('"success": true', '"success": "kim@example.com"')
    expect((await problemsOf(() => read('promptfoo', broken))).join()).not.toContain('kim@example.com')
  })

  it('reads numbers as Python writes them where JSON has none', () => {
    const text = textOf(FILES['lm-eval']).replace(
      '"exact_match": 1.0',
      '"exact_match": NaN, "x": "a NaN \\" NaN"',
    )

    const { unscored } = read('lm-eval', text)
    expect(unscored!.get('exact_match/strict-match')).toBe(
      '1 of 3 items have no score of exact_match/strict-match',
    )
    expect(unscored!.get('passed')).toContain('exact_match/strict-match, has no score for every try')
  })

  it('ends in an answer or in an error of its own, whatever it holds', () => {
    const anyTool = fc.constantFrom(...TOOLS)
    const damaged = anyTool.chain(tool => {
      const text = textOf(FILES[tool])
      return fc.tuple(
        fc.constant(tool),
        fc
          .tuple(
            fc.nat(text.length),
            fc.nat(400),
            fc.constantFrom('', 'null', '{', '"', '1e999', '[]', '__proto__'),
          )
          .map(([at, cut, into]) => text.slice(0, at) + into + text.slice(at + cut)),
      )
    })
    const any = fc.tuple(
      anyTool,
      fc.oneof(
        fc.string(),
        fc.json(),
        damaged.map(([, text]) => text),
      ),
    )
    fc.assert(
      fc.property(fc.oneof(damaged, any), ([tool, text]) => {
        try {
          const { rows, ids, values } = read(tool, text)
          expect(new Set(textsOf(ids)).size).toBe(rows)
          for (const column of values!) {
            expect(column.values).toHaveLength(rows)
            expect(column.values.filter(Number.isFinite)).toHaveLength(rows - (column.without ?? 0))
          }
        } catch (error) {
          if (!isAssayError(error, 'PREDICTIONS_INVALID')) throw error
        }
      }),
      cases(1000),
    )
  })

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'takes a score called %s for one that improves upwards',
    name => {
      const scores = (value: number) => `user_input,${name}\na,${value}\nb,${value}\n`

      const [good, bad] = [read('ragas', scores(1)), read('ragas', scores(0))]

      expect(good.values!.map(({ direction }) => direction)).toEqual(['higher', 'higher'])
      expect(scoresOf(good).passed).toEqual([1, 1])
      expect(scoresOf(bad).passed).toEqual([0, 0])
    },
  )

  it('is refused where two columns have one name, and keeps apart names that differ', async () => {
    const two = [expect.stringContaining('there are two columns `m`'), expect.anything()]
    const split = JSON.stringify({ columns: ['input', 'm', 'm'], index: [0], data: [['a', 1, 0]] })

    expect(await problemsOf(() => read('ragas', 'user_input,m,m\na,1,0\n'))).toEqual(two)
    expect(await problemsOf(() => read('deepeval', split))).toEqual(two)
    expect(
      scoresOf(read('deepeval', 'input,Answer Relevancy,answer_relevancy\na,1,0\nb,1,0\n')),
    ).toMatchObject({ Answer_Relevancy: [1, 1], answer_relevancy: [0, 0] })
  })

  it('is bounded: many metrics, and names that would be one', async () => {
    const line = (metrics: Record<string, number>) =>
      JSON.stringify({ doc_id: 1, metrics: Object.keys(metrics), ...metrics })
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`m${index}`, 1]))

    expect(await problemsOf(() => read('lm-eval', line(many)))).toContainEqual(
      expect.stringContaining('it has 51 metrics; at most 50 are read'),
    )
    expect(await problemsOf(() => read('lm-eval', line({ 'a b': 1, 'a:b': 1 })))).toContainEqual(
      expect.stringContaining('two of its metrics would be called a_b'),
    )
    expect(await problemsOf(() => read('lm-eval', '[{"a":'.repeat(100_000)))).toHaveLength(2)
  })
})
