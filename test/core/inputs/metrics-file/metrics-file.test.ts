import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import {
  type MetricsFileOptions,
  parseFolds,
  parseMetricsFile,
} from '../../../../src/core/inputs/metrics-file/metrics-file.ts'
import { maskAddresses } from '../../../../src/core/text/addresses.ts'
import { renderError } from '../../../../src/core/text/error-text.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'

type Source = string | Uint8Array

const bytesOf = (source: Source) => (typeof source === 'string' ? Buffer.from(source) : source)
const parse = (source: Source, file = 'metrics.json', options?: MetricsFileOptions) =>
  parseMetricsFile(bytesOf(source), file, options)
const metrics = (source: Source, file?: string, options?: MetricsFileOptions) =>
  Object.fromEntries(parse(source, file, options).metrics)

/** What has no value, and why. */
const without = (source: Source, file?: string, options?: MetricsFileOptions) =>
  Object.fromEntries([...parse(source, file, options).without].map(([name, { why }]) => [name, why]))

function problems(source: Source, file?: string, options?: MetricsFileOptions): string[] {
  try {
    parse(source, file, options)
  } catch (error) {
    if (error instanceof AssayError)
      return renderError(error)
        .split('\n')
        .filter(line => /^ {2}\S/.test(line))
        .map(line => line.trim())
    throw error
  }
  throw new Error('it was not refused')
}

const attacks: { id: string; input_b64?: string; input_gen?: string }[] = JSON.parse(
  readFileSync('test/data/attack-cases.json', 'utf8'),
)
const attack = (id: string) => Buffer.from(attacks.find(entry => entry.id === id)!.input_b64!, 'base64')

describe('what tools write', () => {
  test('nested JSON, as DVC and scripts write it', () => {
    expect(metrics('{"train":{"loss":0.1},"test":{"acc":0.9,"f1":8e-1}}')).toEqual({
      'train/loss': 0.1,
      'test/acc': 0.9,
      'test/f1': 0.8,
    })
  })

  test('a classification report of scikit-learn', () => {
    const report =
      '{"0":{"precision":0.5,"f1-score":0.6,"support":10.0},"accuracy":0.9,"macro avg":{"precision":0.7}}'

    expect(metrics(report)).toEqual({
      '0/precision': 0.5,
      '0/f1-score': 0.6,
      '0/support': 10,
      accuracy: 0.9,
      'macro_avg/precision': 0.7,
    })
  })

  test('what trec_eval prints, with its queries or without: what is of all of them', () => {
    const printed =
      'runid                 \tall\tbm25\nmap                   \tq1\t0.5\nmap                   \tall\t0.31\nndcg_cut_10           \tall\t0.42\n'

    expect(metrics(printed, 'eval.tsv')).toEqual({ map: 0.31, ndcg_cut_10: 0.42 })
    expect(metrics('a,b,c\nx,all,1\nx,all,2\n', 'm.csv')).toEqual({ c: 2 })
  })

  test('a table with a header is none of trec_eval, whatever is of all in it', () => {
    expect(metrics('epoch,split,auc\n1,all,0.5\n2,all,0.4\n', 'm.csv')).toEqual({ epoch: 2, auc: 0.4 })
    expect(metrics('class\tsubset\tf1\nspam\tall\t0.9\nham\ttest\t0.8\n', 'm.tsv')).toEqual({
      'spam/f1': 0.9,
      'ham/f1': 0.8,
    })
  })

  test('rows that nothing tells apart are known to be no log, of which the last counts', () => {
    const isOpen = (text: string, file = 'm.csv') => parse(text, file).hasOtherRows

    expect(isOpen('mean_fit_time,mean_test_score\n0.1,0.9\n0.2,0.8\n')).toBe(true)
    expect(isOpen(',fit_time,test_score\n0,0.1,0.9\n1,0.1,0.8\n')).toBe(true)
    for (const log of ['epoch,acc', 'Step,acc', 'time/iterations,acc', 'Wall time,acc'])
      expect(isOpen(`${log}\n1,0.9\n2,0.8\n`)).toBe(false)
    for (const read of [
      'acc,f1\n0.9,0.8\n',
      'metric,value\nacc,0.9\nf1,0.8\nauc,1\n',
      'model,acc\nrf,0.9\nlr,0.8\n',
    ])
      expect(isOpen(read)).toBe(false)
    expect(isOpen('{"acc":[1,2]}', 'm.json')).toBe(false)
  })

  test('the history of XGBoost and LightGBM: of each data set the last round', () => {
    expect(
      metrics('{"valid_0":{"auc":[0.7,0.8],"binary_logloss":[0.6,0.5]},"test":{"auc":[0.7,0.8]}}'),
    ).toEqual({
      'valid_0/auc': 0.8,
      'valid_0/binary_logloss': 0.5,
    })
    expect(
      parseMetricsFile(Buffer.from('{"test":{"logloss":[0.6,0.5]}}'), 'm.json', { at: 'test' }).metrics,
    ).toEqual(new Map([['logloss', 0.5]]))
  })

  test('entries of a list by what they are called, not by a number that machines made', () => {
    const list = '[{"id":"f3a","metric_id":"MAE()","value":5.2},{"id":"09c","metric_id":"MAPE()","value":7}]'

    expect(metrics(list)).toEqual({ 'MAE__/value': 5.2, 'MAPE__/value': 7 })
  })

  test('a run exported by MLflow: its metrics, without parameters and tags', () => {
    const run =
      '{"info":{"run_id":"12","start_time":1700000000},"data":{"metrics":{"auc":0.9},"params":{"lr":"0.1"},"tags":{"n":"1"}}}'

    expect(parse(run)).toMatchObject({ metrics: new Map([['auc', 0.9]]), without: new Map(), withheld: [] })
  })

  test('a run as the MLflow API answers: lists of key and value, the last step counts', () => {
    const run =
      '{"info":{"id":"1"},"data":{"metrics":[{"key":"auc","value":0.9,"timestamp":2,"step":2},{"key":"auc","value":0.1,"timestamp":1,"step":1}],"params":[{"key":"lr","value":"0.1"}]}}'

    expect(metrics(run)).toEqual({ auc: 0.9 })
  })

  test('a list of key, value and step', () => {
    const list =
      '[{"key":"a","value":3,"step":2},{"key":"a","value":1,"step":1},{"key":"b","value":5},{"key":"b","value":6}]'

    expect(metrics(list)).toEqual({ a: 3 })
    expect(without(list)).toEqual({ b: expect.stringContaining('stands in several entries') })
  })

  test('DVCLive: metrics, a step, and texts beside them', () => {
    const parsed = parse(
      '{"step":3,"acc":0.9,"model":"xgboost","early_stopped":true,"history":[1,2,3],"at":"2026-01-31"}',
    )

    expect(Object.fromEntries(parsed.metrics)).toEqual({ step: 3, acc: 0.9 })
    expect([...parsed.without].map(([name, { why }]) => `${name} ${why}`)).toEqual([
      'model is a text',
      'early_stopped is true or false',
      'history is a list of 3, of which `at` may name one',
      'at is a text',
    ])
  })

  test('YAML as it is written by hand and by programs', () => {
    const text = '# scores\ntest:\n  acc: .9\n  loss: 1e-05\n  n: 0x10\n0: 1\n1.0: 2\n"quoted name": 3\n'

    expect(metrics(text, 'metrics.yaml')).toEqual({
      'test/acc': 0.9,
      'test/loss': 0.00001,
      'test/n': 16,
      '0': 1,
      '1.0': 2,
      quoted_name: 3,
    })
  })

  test('a CSV history: the last value of each column, or of the rows that are named', () => {
    const csv = 'epoch,metrics/mAP50-95(B),note\n1,0.4,x\n2,0.5,\n'

    expect(metrics(csv, 'results.csv')).toEqual({ epoch: 2, 'metrics/mAP50-95_B_': 0.5 })
    expect(metrics(csv, 'results.csv', { row: 'epoch=1' })).toEqual({ 'metrics/mAP50-95_B_': 0.4 })
    expect(without(csv, 'results.csv')).toEqual({ note: 'is a text' })
  })

  test('a CSV of metric and value, TSV, and spaces after commas', () => {
    expect(metrics('metric,value\nacc,0.9\nf1,0.8\n', 'm.csv')).toEqual({ acc: 0.9, f1: 0.8 })
    expect(metrics('acc\tf1\r\n0.9\t0.8\r\n', 'm.tsv')).toEqual({ acc: 0.9, f1: 0.8 })
    expect(metrics('acc, f1\n0.9, 0.8', 'm.csv')).toEqual({ acc: 0.9, f1: 0.8 })
  })

  test('a prefix is put before every name', () => {
    expect(metrics('{"acc":1}', 'm.json', { prefix: 'val' })).toEqual({ 'val/acc': 1 })
  })
})

describe('hostile files', () => {
  test('MF-004: NaN and infinity are no values, whatever the format', () => {
    expect(without('a: .nan\nb: .inf\nc: 1', 'm.yaml')).toEqual({ a: 'is NaN', b: 'is infinite' })
    expect(metrics('a: .nan\nb: .inf\nc: 1', 'm.yaml')).toEqual({ c: 1 })
    expect(without('{"a": NaN, "b": -Infinity, "c": 1e999}')).toEqual({
      a: 'is NaN',
      b: 'is infinite',
      c: 'is infinite',
    })
    expect(without('a,b\nnan,-Infinity', 'm.csv')).toEqual({ a: 'is NaN', b: 'is infinite' })
  })

  test('MF-006: negative zero is zero', () => {
    expect(Object.is(parse('{"delta": -0}').metrics.get('delta'), 0)).toBe(true)
    expect(Object.is(parse('a\n-0.0', 'm.csv').metrics.get('a'), 0)).toBe(true)
  })

  test('MF-010: a duplicate key is refused', () => {
    expect(problems('{"accuracy":0.10,\n"accuracy":0.99}')).toContain(
      'metrics.json:2:1: duplicate key `accuracy`',
    )
  })

  test('MF-010: a key that is the same after unescaping is a duplicate', () => {
    expect(problems('{"accuracy":0.1,"\\u0061ccuracy":0.99}')).toContain(
      'metrics.json:1:17: duplicate key `accuracy`',
    )
  })

  test('MF-010: two keys that come to one name have no value, unless they say the same', () => {
    const twice = 'stands there twice, as keys that come to one name'
    expect(without('{"a/b":1,"a":{"b":2}}')).toEqual({ 'a/b': twice })
    expect(without('{"a b":1,"a_b":2,"a+b":1}')).toEqual({ a_b: twice })
    expect(without('a,b,a\n1,2,3', 'm.csv')).toEqual({ a: twice })
    expect(without('a,b,a\n1,2,1', 'm.csv')).toEqual({})
    expect(metrics('{"a b":1,"a_b":NaN}')).toEqual({})
  })

  test('MF-012: a duplicate YAML key is refused with its line', () => {
    expect(problems('accuracy: 0.1\naccuracy: 0.99', 'm.yml')).toContain(
      'm.yml:2:1: duplicate key `accuracy`',
    )
  })

  test('MF-013: a name with a letter that only looks the same is another, written out', () => {
    expect(metrics('{"accuracy":0.10,"\u0430ccuracy":0.99}')).toEqual({ accuracy: 0.1, _u0430ccuracy: 0.99 })
  })

  test.each([
    ['MF-014', '{"__proto__":{"accuracy":0.99},"accuracy":0.1}', 'm.json'],
    ['MF-014', '{"\\u005f_proto__":0.99}', 'm.json'],
    ['MF-014', '{"a/__proto__/b":0.99}', 'm.json'],
    ['MF-014', 'metric,value\n__proto__,1', 'm.csv'],
    ['MF-015', '{"constructor":{"prototype":{"accuracy":0.99}}}', 'm.json'],
    ['MF-016', '__proto__: {polluted: true}', 'm.yaml'],
  ])('%s: %s has no value and pollutes nothing', (_, text, file) => {
    const { metrics, without } = parse(text, file)

    expect([...metrics.values()]).not.toContain(0.99)
    expect([...without.values()]).toEqual([expect.objectContaining({ why: 'has a name of its own kind' })])
    expect(({} as Record<string, unknown>).accuracy).toBeUndefined()
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('MF-017: names of methods are plain names', () => {
    expect([...parse('{"hasOwnProperty":1,"toString":2,"valueOf":3}').metrics]).toEqual([
      ['hasOwnProperty', 1],
      ['toString', 2],
      ['valueOf', 3],
    ])
  })

  test('MF-020: a line break and pipes in a name are written out', () => {
    expect(Object.keys(metrics('{"x |1|\\n| accuracy | \u2705 |":1}'))).toEqual([
      'x__1__u000a__accuracy____u2705__',
    ])
  })

  test('MF-021: a comment marker in a name is none', () => {
    expect(Object.keys(metrics('{"<!-- {{MARKER}} -->":1}'))).toEqual(['__--___MARKER___--_'])
  })

  test('MF-023: a million keys are refused by the size alone', () => {
    const text = `{${Array.from({ length: 1e6 }, (_, index) => `"k${index}":1`).join(',')}}`

    expect(problems(text)).toEqual(['metrics.json: larger than 1 MiB'])
  })

  test.each([
    ['MF-026', '['.repeat(5000) + ']'.repeat(5000), 'm.yaml'],
    ['MF-026', '['.repeat(200) + ']'.repeat(200), 'm.yaml'],
    ['MF-026', '['.repeat(500_000), 'm.json'],
    ['MF-026', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'm.json'],
  ])('%s: too deep a file names the limit', (_, text, file) => {
    expect(problems(text, file)).toEqual([expect.stringContaining('nested deeper than 32 levels')])
  })

  test('31 levels are read', () => {
    expect(parse(`${'{"a":'.repeat(31)}1${'}'.repeat(31)}`).metrics.size).toBe(1)
  })

  test('MF-028: aliases are refused', () => {
    const text = `a: &a ${'x'.repeat(1e6)}\nb: [${Array(99).fill('*a').join(',')}]`

    expect(problems(text, 'm.yaml')).toEqual([expect.stringContaining('aliases')])
    expect(problems('a: &x 1\nb: *x', 'm.yaml')).toEqual([expect.stringContaining('m.yaml:2:4: aliases')])
    expect(problems('a: &a [*a, *a]', 'm.yaml')).toEqual([expect.stringContaining('aliases')])
    expect(problems('a: *b', 'm.yaml')).toEqual([expect.stringContaining('aliases')])
  })

  test.each([
    'a: !!js/function "function(){return 1}"',
    'b: !!python/object/apply:os.system ["id"]',
    'a: !!python/float 1.0',
    'a: !x 1',
    'a: !!binary aGk=',
  ])('MF-029: the YAML tag in %j is refused', text => {
    expect(problems(text, 'm.yaml')).toEqual([expect.stringContaining('a YAML tag that is not known here')])
  })

  test('MF-030: a second YAML document is refused', () => {
    expect(problems('accuracy: 0.1\n---\naccuracy: 0.99', 'm.yaml')).toEqual([
      expect.stringContaining('more than one YAML document'),
    ])
  })

  test('MF-031: a byte order mark is accepted', () => {
    expect(metrics(attack('MF-031'))).toEqual({ a: 1 })
    expect(metrics(attack('MF-031'), 'm.yaml')).toEqual({ a: 1 })
    expect(metrics('\ufeffa,b\n1,2', 'm.csv')).toEqual({ a: 1, b: 2 })
  })

  test.each([
    ['MF-033', 2],
    ['MF-034', 1],
  ])('%s: what is not UTF-8 is refused with the place of its first byte', (id, byte) => {
    for (const file of ['m.json', 'm.yaml', 'm.csv'])
      expect(problems(attack(id), file)).toEqual([`${file}: invalid UTF-8 at byte ${byte}`])
  })

  test('MF-035: a lone surrogate in a name is written out', () => {
    expect(metrics('{"\\ud800":1}')).toEqual({ _ud800: 1 })
  })

  test('MF-036: control characters in names are written out', () => {
    expect(metrics('{"a\\u0000b":1,"c\\u001b[31m":2,"d\\u0085":3,"e\\u2028f":4}')).toEqual({
      a_u0000b: 1,
      c_u001b_31m: 2,
      d_u0085: 3,
      e_u2028f: 4,
    })
  })

  test('MF-038: CRLF and trailing spaces are accepted', () => {
    expect(metrics('{\r\n"a": 1\r\n}\r\n  ')).toEqual({ a: 1 })
    expect(metrics('a: 1  \r\nb: 2\r\n', 'm.yaml')).toEqual({ a: 1, b: 2 })
  })

  test.each([
    ['', 'nothing'],
    [' \n\t', 'nothing'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['[1,2]', 'a list'],
    ['"0.9"', 'a text'],
    ['true', 'a boolean'],
    ['0.9', 'a number'],
  ])('MF-039: %j is no object of metrics', (text, what) => {
    expect(problems(text)).toEqual([`metrics.json:1: expected an object of metrics, got ${what}`])
    if (text.trim() !== '')
      expect(problems(text, 'm.yaml')).toEqual([`m.yaml:1: expected an object of metrics, got ${what}`])
  })

  test.each([
    '"0.99"',
    '" 1e3 "',
    '"0x1f"',
    '"NaN"',
    '"-inf"',
    '"null"',
    '""',
    '"  "',
    '"95%"',
    '"0,95"',
    'null',
  ])('MF-040: %s, which stands where a number was meant, is no value', value => {
    expect(metrics(`{"accuracy": ${value}}`)).toEqual({})
    expect(without(`{"accuracy": ${value}}`)).toEqual({ accuracy: expect.stringMatching(/^is /) })
  })

  test('MF-048: compressed bytes are not unpacked', () => {
    expect(problems(attack('MF-048'))).toEqual([expect.stringContaining('invalid UTF-8 at byte 1')])
  })

  test('SE-005: texts are listed by name and their values are not kept', () => {
    const parsed = parse('{"db_password":"hunter2","aws":"AKIACANARYCANARY1234","accuracy":0.9}')

    expect([...parsed.without.keys()]).toEqual(['db_password', 'aws'])
    expect(JSON.stringify([...parsed.metrics, ...parsed.without])).not.toMatch(/hunter2|AKIA/)
  })
})

describe('mistakes', () => {
  test('what has no value is told with its place', () => {
    const { without } = parse('{"a":null,\n "b":"1",\n "d":{"e":1e999}}')

    expect(
      [...without].map(([name, { why, position }]) => `${position?.line}:${position?.column} ${name} ${why}`),
    ).toEqual(['1:2 a is null', '2:2 b is a text; texts are not converted to numbers', '3:7 d/e is infinite'])
  })

  test('all problems come at once, 20 are shown and the rest is counted', () => {
    const text = `{${Array.from({ length: 50 }, (_, index) => `"k${index}":1,"k${index}":2`).join(',')}}`

    expect(problems(text).filter(line => line.includes('duplicate key'))).toHaveLength(20)
    expect(problems(text).at(-1)).toBe('metrics.json: and 30 more')
  })

  test.each([
    ['{"a":1,}', 8],
    ['{"a":1', 7],
    ['{"a" 1}', 6],
    ['{a:1}', 2],
    ["{'a':1}", 2],
    ['{"a":01}', 8],
    ['{"a":.5}', 8],
    ['{"a":1} x', 9],
    ['{"a":"\t"}', 6],
    ['{"a":undefined}', 15],
  ])('%j is not JSON', (text, column) => {
    expect(problems(text)).toEqual([
      expect.stringMatching(new RegExp(`^metrics.json:1:${column}: not valid JSON`)),
    ])
  })

  test('messages about YAML do not repeat the file', () => {
    expect(problems('a: [canary\nb: }canary', 'm.yaml').join()).not.toContain('canary')
  })

  test.each([
    ['a,b\n1', 'm.csv', 'm.csv:2:1: 1 cell where the header has 2'],
    ['a,b', 'm.csv', 'm.csv: there is no row below the header'],
    ['a,b\n"1,2', 'm.csv', 'm.csv:2:1: a quoted cell is not closed or goes on after its quote'],
    ['{}', 'm.txt', 'm.txt: its ending tells no format'],
  ])('%j as %s', (text, file, problem) => {
    expect(problems(text, file)).toContain(problem)
  })

  test('a row that is not there, of a column that is not there, of a file without rows', () => {
    expect(problems('a,b\n1,2', 'm.csv', { row: 'a=3' })).toEqual(['m.csv: none of 1 row has `a=3`'])
    expect(problems('a,b\n1,2', 'm.csv', { row: 'c=3' })).toEqual([
      'm.csv:1: `row: c=3` is not `column=value` of a column there is',
    ])
    expect(problems('{"a":1}', 'm.json', { row: 'a=3' })).toEqual([
      'm.json: `row` is for CSV and TSV files only',
    ])
  })

  test('an empty part of a name is an underscore', () => {
    expect(metrics('{"":1,"a":{"":2}}')).toEqual({ _: 1, 'a/_': 2 })
  })

  test('a part that is not there says which keys there are', () => {
    const text = '{"results":{"arc_easy":{"acc":0.5}},"config":{"seed":1}}'

    expect(() => parse(text, 'm.json', { at: 'results/arc_esy' })).toThrow(AssayError)
    expect(problems(text, 'm.json', { at: 'results/arc_esy' })).toEqual([
      'm.json: there is nothing at `results/arc_esy`',
    ])
    expect(problems('a\n1', 'm.csv', { at: 'a' })).toEqual(['m.csv: `at` is for JSON and YAML files only'])
  })
})

describe('a name that holds a secret or an address', () => {
  const token = `ghp_${'x7'.repeat(18)}`

  test('SE-005: is left out, and what is told of it is masked', () => {
    const text = JSON.stringify({
      auc: 0.9,
      [`auc_${token}`]: 1,
      'of/kim@example.com': 0.5,
      'acc kim@example.com': 0.5,
      'kim @example.com': 0.5,
      'recall@10.mean': 0.7,
    })
    const { metrics, withheld } = parse(text)

    expect([...metrics.keys()]).toEqual(['auc', 'recall@10.mean'])
    expect(withheld).toEqual(['auc_***', 'of/_e-mail_', 'acc__e-mail_', '_e-mail_'])
  })

  test('SE-005: is refused as the column of folds', () => {
    const folds = Buffer.from(`acc,${token}\n0.9,1\n0.8,1\n`)

    expect(() => parseFolds(folds, 'folds.csv')).toThrow(AssayError)
  })
})

describe('parseFolds', () => {
  test('gives the scores of every metric in fold order', () => {
    const scores = parseFolds(Buffer.from('fold,acc,f1\n0,0.9,0.8\n1,0.7,0.6\n'), 'folds.csv')

    expect([...scores]).toEqual([
      ['acc', [0.9, 0.7]],
      ['f1', [0.8, 0.6]],
    ])
  })

  test.each(['acc\n0.9', 'acc,f1\n0.9,\n0.8,1', 'acc\n0.9\nx', 'acc\n0.9\nnan'])('%j is refused', text => {
    expect(() => parseFolds(Buffer.from(text), 'folds.csv')).toThrow(AssayError)
  })
})

describe('properties', () => {
  const name = fc
    .stringMatching(/^[A-Za-z0-9_.@-]{1,20}$/)
    .filter(text => !['__proto__', 'constructor', 'prototype'].includes(text) && maskAddresses(text) === text)
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
  const table = fc.dictionary(name, double, { minKeys: 1, noNullPrototype: true })

  test('MF-050: names and doubles read back equal from JSON', () => {
    fc.assert(
      fc.property(table, values => {
        expect(parse(JSON.stringify(values)).metrics).toEqual(new Map(Object.entries(values)))
      }),
      cases(2000),
    )
  })

  test('MF-050: names and doubles read back equal from CSV', () => {
    fc.assert(
      fc.property(table, values => {
        fc.pre(!/^(metric|name|key)$/i.test(Object.keys(values)[0]!))
        const csv = Papa.unparse({ fields: Object.keys(values), data: [Object.values(values)] })

        expect(parse(csv, 'm.csv').metrics).toEqual(new Map(Object.entries(values)))
      }),
      cases(1000),
    )
  })

  test('JSON is accepted exactly where JSON.parse accepts it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b\\n"',
      '"\\x"',
      '1',
      '-0',
      '01',
      '1.',
      '1e5',
      '.5',
      'true',
      'nul',
      'null',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      '{"a":1}',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
          fc.json({ maxDepth: 5 }),
        ),
        text => {
          const isJson = (() => {
            try {
              JSON.parse(text)
              return true
            } catch {
              return /^[ \t\r\n]*$/.test(text)
            }
          })()
          const found = (() => {
            try {
              parse(text)
              return ''
            } catch (error) {
              return renderError(error as AssayError)
            }
          })()

          expect(found.includes('not valid JSON')).toBe(!isJson)
        },
      ),
      cases(5000),
    )
  })

  test('any bytes and any text end in metrics or in an AssayError', () => {
    const yaml = fc
      .array(
        fc.constantFrom(
          'a',
          ': ',
          '\n',
          '- ',
          '  ',
          '{',
          '}',
          '[',
          ']',
          '&x ',
          '*x',
          '!!t ',
          '"',
          "'",
          '|\n',
          '? ',
          '---\n',
          '#',
          '1',
          '.nan',
          '%',
          ',',
          '\t',
          '<<',
        ),
        { maxLength: 25 },
      )
      .map(parts => Buffer.from(parts.join('')))
    const source = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: anyCharacter }).map(text => Buffer.from(text)),
      yaml,
    )
    fc.assert(
      fc.property(source, fc.constantFrom('m.json', 'm.yaml', 'm.csv', 'm.tsv'), (bytes, file) => {
        try {
          for (const value of parse(bytes, file).metrics.values()) expect(Number.isFinite(value)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(10_000),
    )
  })
})
