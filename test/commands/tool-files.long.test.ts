import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run as check } from '../../src/commands/check.ts'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { run as train } from '../../src/commands/train.ts'
import { RUN_DEFAULTS, useScenes } from './scene.ts'

const scenes = useScenes()

describe('metric files of tools, against a champion', () => {
  it('lm-evaluation-harness: its own standard errors decide', async () => {
    const written = readFileSync('test/data/tool-files/lm-eval-results.json', 'utf8')
    const results = JSON.parse(written)
    const share = 1480 / 2376
    Object.assign(results.results.arc_easy, {
      'acc,none': share,
      'acc_stderr,none': Math.sqrt((share * (1 - share)) / 2375),
    })
    const config = [
      'model: lm',
      'evaluate: mkdir -p out/pythia && cp written.json out/pythia/results_2026-01-31T09-15-00.123456.json',
      'metrics: { file: out/*/results_*.json, at: results/arc_easy }',
      'champion: champion',
      'directions: { "acc,none": higher, "acc_norm,none": higher }',
      'gates:',
      '  - { metric: "acc,none", better_than: champion }',
      '  - { metric: "acc_norm,none", not_worse_than: champion, margin: 0.01 }',
      '',
    ].join('\n')
    const scene = scenes.local(
      {
        'assay.yml': config,
        '.gitignore': 'assay-result/\n',
        'champion/results_2025-12-01T09-15-00.000001.json': written,
      },
      { 'written.json': JSON.stringify(results) },
    )

    await scene.run({ 'dry-run': true })

    const { gates, metrics } = scene.result('lm')
    expect(gates.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive'])
    expect(gates[0]!.reason).toContain('unpaired: low power')
    expect(metrics.map(({ metric }) => metric)).toEqual(['acc_none', 'acc_norm_none'])
    expect(metrics[0]!.differences.champion).toMatchObject({
      method: 'newcombe',
      counts: { candidate_successes: 1480, baseline_successes: 1408 },
    })
  })

  it('lm-evaluation-harness: what `--limit` looked at is told, and is not compared with the whole', async () => {
    const written = readFileSync('test/data/tool-files/lm-eval-results.json', 'utf8')
    const limited = JSON.parse(written)
    limited.config.limit = 100
    limited['n-samples'].arc_easy.effective = 100
    const config = [
      'model: lm',
      'evaluate: cp written.json results.json',
      'metrics: { file: results.json, at: results/arc_easy }',
      'champion: champion',
      'directions: { "acc,none": higher }',
      'gates: [{ metric: "acc,none", not_worse_than: champion, margin: 0.2 }]',
      '',
    ].join('\n')
    const scene = scenes.local(
      { 'assay.yml': config, '.gitignore': 'assay-result/\n', 'champion/results.json': written },
      { 'written.json': JSON.stringify(limited), 'results.json': JSON.stringify(limited) },
    )
    const part = 'it is of a part of its test set, by `--limit`: 100 of 2,376 documents (arc_easy).'

    await scene.run({ 'dry-run': true })
    const checked = await check(scene.context, { config: 'assay.yml', base: undefined })

    const { gates, warnings, blocks } = scene.result('lm')
    expect(gates[0]).toMatchObject({ verdict: 'not_comparable' })
    expect(gates[0]!.reason).toContain('100 of 2,376 documents, that of the champion of all 2,376')
    expect(blocks).toBe(true)
    expect(warnings).toContain(`results.json: ${part}`)
    expect(checked.text).toContain(`lm: results.json: ${part}`)
  })

  it('what `assay train` wrote counts in `assay evaluate`, and not an older file of a higher number', async () => {
    const config = [
      'model: lit',
      'train: mkdir logs/version_4 && cp written.csv logs/version_4/metrics.csv',
      'metrics: logs/version_*/metrics.csv',
      'gates: [{ metric: acc, at_least: 0.5 }]',
      '',
    ].join('\n')
    const scene = scenes.local(
      {
        'assay.yml': config,
        '.gitignore': 'assay-result/\n',
        'logs/version_9/metrics.csv': 'epoch,acc\n1,0.99\n',
      },
      { 'written.csv': 'epoch,acc\n1,0.2\n2,0.6\n' },
    )

    await train(scene.context, RUN_DEFAULTS)
    await evaluate(scene.context, RUN_DEFAULTS)

    const { metrics, warnings } = scene.result('lit')
    expect(metrics[0]!.candidate!.value).toBe(0.6)
    expect(warnings).toContain(
      'logs/version_*/metrics.csv: logs/version_4/metrics.csv was read, the only one.',
    )
  })
})
