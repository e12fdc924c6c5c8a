import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/core/verdict/result.ts'
import { useScenes } from './scene.ts'

const scenes = useScenes()
const toolFile = (name: string) => readFileSync(`test/data/tool-files/${name}`, 'utf8')

const IGNORE = 'assay-result/\n'

describe('metric files of tools', () => {
  it('a gate names a key as the tool writes it, and what nobody gates is a note', async () => {
    const config = [
      'model: balloons',
      'evaluate: cp written.json metrics.json; cp written.csv results.csv',
      'metrics: [metrics.json, { file: results.csv, prefix: yolo }]',
      'gates:',
      '  - { metric: bbox/AP50, at_least: 50 }',
      '  - { metric: "bbox/AP-balloon, red", at_least: 30 }',
      '  - { metric: yolo/metrics/mAP50(B), at_least: 0.6 }',
      '  - { metric: bbox/AP-person, at_least: 30 }',
      '',
    ].join('\n')
    const scene = scenes.local(
      { 'assay.yml': config, '.gitignore': IGNORE, 'written.csv': toolFile('ultralytics-results.csv') },
      { 'written.json': toolFile('detectron2-inference.json') },
    )

    await scene.run({ 'dry-run': true })

    const { gates, warnings } = scene.result('balloons')
    expect(gates.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail'])
    expect(gates[3]!.reason).toBe(
      'the candidate has no usable value of bbox/AP-person: at metrics.json:9:5 it is NaN; a missing number never passes',
    )
    expect(warnings).toContain('metrics.json: left out: bbox/APs is NaN.')
  })

  it('of a folder that is numbered anew, what this run wrote counts, and never an older one', async () => {
    const config = [
      'model: lit',
      'evaluate: sh evaluate.sh',
      'metrics: lightning_logs/version_*/metrics.csv',
      'gates:',
      '  - { metric: test_acc, at_least: 0.8 }',
      '',
    ].join('\n')
    const better = 'epoch,test_acc\n3,0.99\n'
    const scene = scenes.local(
      {
        'assay.yml': config,
        '.gitignore': IGNORE,
        'written.csv': toolFile('lightning-metrics.csv'),
        'lightning_logs/version_0/metrics.csv': better,
        'lightning_logs/version_7/metrics.csv': better,
        'evaluate.sh': 'echo nothing\n',
      },
      {
        'evaluate.sh':
          'mkdir lightning_logs/version_8 && cp written.csv lightning_logs/version_8/metrics.csv\n',
      },
    )

    await scene.run({ 'dry-run': true })

    const { candidate, value } = rowOf(scene.result('lit'), 'test_acc')
    expect(value).toBe(0.8300000000000001)
    expect(candidate.warnings).toContain(
      'lightning_logs/version_*/metrics.csv: lightning_logs/version_8/metrics.csv was read, the only one.',
    )
    expect(scene.read('lightning_logs/version_7/metrics.csv')).toBe(better)

    scene.repository.commit('write nothing', { 'evaluate.sh': 'echo nothing\n' })
    await scene.run({ 'dry-run': true })

    const { gates, unmeasured } = scene.result('lit')
    expect(unmeasured).toContain('did not write lightning_logs/version_*/metrics.csv')
    expect(gates[0]!.verdict).toBe('inconclusive')
  })
})

describe('rows and folds of a folder that is numbered anew', () => {
  const results = (tests: { passed: boolean; polite?: number }[]) =>
    JSON.stringify({
      evalId: 'eval-x',
      results: {
        version: 3,
        results: tests.map(({ passed, polite }, at) => ({
          success: passed,
          score: Number(passed),
          promptIdx: 0,
          namedScores: polite === undefined ? {} : { polite },
          testCase: { description: `question ${at}` },
        })),
      },
    })
  const tests = (of: (at: number) => { passed: boolean; polite?: number }) =>
    results(Array.from({ length: 40 }, (_, at) => of(at)))
  const config = [
    'model: bot',
    'evaluate: sh evaluate.sh',
    'predictions: { file: out/eval-*/results.json, from: promptfoo }',
    'folds: { file: cv/run_*/folds.csv, train_rows: 80, test_rows: 20 }',
    'champion: { path: champion }',
    'gates:',
    '  - { metric: polite, not_worse_than: champion, margin: 0.05 }',
    '  - { metric: broken_items, at_most: 0 }',
    '  - { metric: acc, at_least: 0.7 }',
    '',
  ].join('\n')

  it('are those that this run wrote, and a score that only some items have is of those', async () => {
    // 24 of the tests ask for politeness, and of them the champion has half.
    const asked = (at: number) => at < 24
    const before = tests(at => ({ passed: true, ...(asked(at) && { polite: (at % 2) / 2 }) }))
    const now = tests(at => ({ passed: at !== 7, ...(asked(at) && { polite: 0.5 + (at % 2) / 2 }) }))
    const scene = scenes.local(
      {
        'assay.yml': config,
        '.gitignore': IGNORE,
        'out/eval-9/results.json': before,
        'cv/run_9/folds.csv': 'fold,acc\n1,0.2\n2,0.3\n',
        'champion/results.json': before,
        'evaluate.sh': 'echo nothing\n',
      },
      {
        'written.json': now,
        'evaluate.sh': [
          'mkdir out/eval-1 cv/run_1',
          'cp written.json out/eval-1/results.json',
          'printf "fold,acc\\n1,0.8\\n2,0.9\\n" > cv/run_1/folds.csv',
          '',
        ].join('\n'),
      },
    )

    await scene.run({ 'dry-run': true })

    const { gates, items, metrics, warnings } = scene.result('bot')
    expect(gates.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'pass'])
    expect(metrics.find(({ metric }) => metric === 'polite')).toMatchObject({
      candidate: { value: 0.75 },
      champion: { value: 0.25 },
      differences: { champion: { rows: 24, paired: true } },
    })
    expect(items).toMatchObject({
      file: 'out/eval-1/results.json',
      broken: { shown: [{ rows: 'results.results[7]' }] },
    })
    expect(warnings).toEqual(
      expect.arrayContaining([
        'out/eval-*/results.json: out/eval-1/results.json was read, the only one.',
        'cv/run_*/folds.csv: cv/run_1/folds.csv was read, the only one.',
        'Of the 40 items only some have these scores, which are of those alone: polite (24).',
      ]),
    )
  })
})

function rowOf(result: Result, metric: string) {
  return { candidate: result, value: result.metrics.find(row => row.metric === metric)?.candidate?.value }
}
