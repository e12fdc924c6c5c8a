import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { baseFiles, CONFIG, predictions, useScenes } from './scene.ts'

const scenes = useScenes()

const metricsConfig = (more: string) => `model: churn
evaluate: cp candidate.json metrics.json
metrics: metrics.json
champion: champion
${more}`
const numbers = (accuracy: number, more = '') => `{ "accuracy": ${accuracy}${more} }`

/** Candidate and champion in each seed: small, different, and the candidate always a little better. */
function seedFiles(seeds: number[]) {
  const csv = (every: number, seed: number) => predictions(row => (row + seed) % every === 0)
  return Object.fromEntries([
    ...seeds.map(seed => [`champion/seed-${seed}/predictions.csv`, csv(10 + (seed % 2), seed)]),
    ...seeds.map(seed => [`seeds/${seed}.csv`, csv(12 + (seed % 3), seed)]),
  ])
}
const seedConfig = (seeds: number[]) =>
  `${CONFIG.replace('cp candidate.csv', 'cp seeds/$ASSAY_SEED.csv').replace('not_worse_than: champion, margin: 0.05', 'better_than: champion')}seeds: [${seeds.join(', ')}]\n`

describe('seeds', () => {
  it('leave the files of the first one, whose rows are judged: what is scanned and packaged is that model', async () => {
    const files = baseFiles({
      'assay.yml': `${seedConfig([3, 1, 2]).replace('echo training', 'mkdir -p model; echo $ASSAY_SEED > model/a.txt')}scan: model\n`,
      ...seedFiles([1, 2, 3]),
    })
    const scene = scenes.pullRequest(files, { 'other.txt': 'x' })

    await scene.run()

    const { seeds, files: scanned } = scene.result()
    expect(scene.read('model/a.txt')).toBe('3\n')
    expect(scene.read('predictions.csv')).toBe(scene.read('seeds/3.csv'))
    expect(scanned!.kept[0]!.sha256).toBe(createHash('sha256').update('3\n').digest('hex'))
    expect(seeds![0]!.scores.map(({ seed }) => seed)).toEqual([3, 1, 2])
  })

  it('five on both sides are judged by a paired t over seeds', async () => {
    const seeds = [1, 2, 3, 4, 5]
    const files = baseFiles({ 'assay.yml': seedConfig(seeds), ...seedFiles(seeds) })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    const { exitCode } = await scene.run()

    const { metrics, gates, seeds: table } = scene.result()
    expect(exitCode).toBe(0)
    expect(metrics[0]!.differences.champion).toMatchObject({ method: 'seeds-paired-t', counts: { seeds: 5 } })
    expect(gates[0]).toMatchObject({ verdict: 'pass' })
    expect(table![0]!.scores.map(score => score.seed)).toEqual(seeds)
  })

  it('three are too few for that: the rows of the first seed are judged', async () => {
    const seeds = [1, 2, 3]
    const files = baseFiles({ 'assay.yml': seedConfig(seeds), ...seedFiles(seeds) })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    await scene.run()

    expect(scene.result().metrics[0]!.differences.champion!.method).toMatch(/^mcnemar/)
    expect(scene.result().warnings).toEqual([
      '3 seeds are too few to judge the noise of training, which takes 5: the rows of the first seed are compared (docs/living-with-it.md#two-seeds).',
    ])
  })
})

describe('metric files alone', () => {
  it('folds are judged with the correction of Nadeau and Bengio', async () => {
    const config = metricsConfig(
      'folds: { file: folds.csv, train_rows: 900, test_rows: 100 }\ngates: [{ metric: accuracy, better_than: champion }]\n',
    )
    const files = baseFiles({
      'assay.yml': config
        .replace('metrics: metrics.json\n', '')
        .replace('candidate.json metrics.json', 'new.csv folds.csv'),
      'champion/predictions.csv': undefined,
      'champion/folds.csv': 'accuracy\n0.80\n0.81\n0.79\n0.80\n0.82\n',
      'new.csv': 'accuracy\n0.90\n0.92\n0.90\n0.89\n0.92\n',
    })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().metrics[0]!.differences.champion).toMatchObject({
      method: 'nadeau-bengio',
      counts: { folds: 5, train_rows: 900, test_rows: 100 },
    })
  })

  it('shares of a known number of rows are judged unpaired, and said to have low power', async () => {
    const gates =
      'rows: 2000\nproportions: [accuracy]\ngates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]\n'
    const files = baseFiles({
      'assay.yml': metricsConfig(gates),
      'champion/metrics.json': numbers(0.9),
      'candidate.json': numbers(0.91),
    })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().metrics[0]!.differences.champion).toMatchObject({
      method: 'newcombe',
      paired: false,
    })
    expect(scene.result().gates[0]!.reason).toContain('unpaired: low power')
  })

  it('one number a side is inconclusive, and says what is missing', async () => {
    const gates = 'gates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]\n'
    const files = baseFiles({
      'assay.yml': metricsConfig(gates),
      'champion/metrics.json': numbers(0.9),
      'candidate.json': numbers(0.99),
    })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(scene.result().gates[0]!.reason).toContain('give predictions, seeds, folds')
  })

  it('computed by other code are not comparable: exit 1', async () => {
    const gates =
      'metric_code: [score.py]\nrows: 2000\nproportions: [accuracy]\ngates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]\n'
    const files = baseFiles({
      'assay.yml': metricsConfig(gates),
      'champion/metrics.json': numbers(0.9),
      'candidate.json': numbers(0.91),
      'score.py': 'print(1)\n',
    })
    const scene = scenes.pullRequest(files, { 'score.py': 'print(2)\n' })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().gates[0]!.reason).toContain('the code that computes the metrics differs')
  })

  it('folds computed by other code are not comparable either', async () => {
    const folds = 'accuracy\n0.90\n0.91\n0.92\n0.93\n0.94\n'
    const files = baseFiles({
      'assay.yml':
        'model: churn\nevaluate: cp candidate.folds folds.csv\nchampion: champion\nmetric_code: [score.py]\nfolds: { file: folds.csv, train_rows: 80, test_rows: 20 }\ngates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]\n',
      'champion/folds.csv': folds,
      'candidate.folds': folds,
      'score.py': 'print(1)\n',
    })
    const scene = scenes.pullRequest(files, { 'score.py': 'print(2)\n' })

    expect((await scene.run()).exitCode).toBe(1)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'not_comparable' })
  })

  it.each(['91', '-0.1'])('MF-004: a share of %s is none and passes no floor: exit 2', async value => {
    const gates = 'rows: 2000\nproportions: [accuracy]\ngates: [{ metric: accuracy, at_least: 0.5 }]\n'
    const files = baseFiles({
      'assay.yml': metricsConfig(gates),
      'candidate.json': `{ "accuracy": ${value} }`,
    })
    const scene = scenes.pullRequest(files, { 'x.txt': 'x' })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(2)
    expect(scene.result().failure!.tail).toContain(`\`accuracy\` is ${value}, but \`proportions\` says`)
  })

  it('MF-004: a metric that is missing or not a number never passes', async () => {
    const gates = 'gates: [{ metric: accuracy, at_least: 0.1 }, { metric: lift, at_least: 0 }]\n'
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': metricsConfig(gates), 'candidate.json': numbers(0.9) }),
      { 'x.txt': 'x' },
    )

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().gates.map(gate => gate.verdict)).toEqual(['pass', 'fail'])
    expect(scene.result().gates[1]!.reason).toContain('no usable value of lift')
  })
})

describe('cost and time', () => {
  const gated = (gate: string) => `${CONFIG.replace(/gates:\n.*/, `gates: [${gate}]`)}`

  it('are judged as measured', async () => {
    const config = gated(
      '{ metric: duration, at_most: 600 }, { metric: train_duration, at_most: 0.001 }, { metric: cost, at_most: 1 }',
    )
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': config.replace('echo training', 'sleep 0.02') }),
      {
        'x.txt': 'x',
      },
    )

    const { exitCode } = await scene.run()

    const { gates } = scene.result()
    expect(exitCode).toBe(1)
    // Nothing gave a price, so there is no cost to be judged: a missing number never passes.
    expect(gates.map(gate => gate.verdict)).toEqual(['pass', 'fail', 'fail'])
    expect(gates[2]!.reason).toContain('no usable value of cost')
  })
})
