import { describe, expect, it } from 'vitest'
import { useGithub } from '../support/emulator.ts'
import { bad, baseFiles, CONFIG, slightlyBetter, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

const COPY = 'cp candidate.csv "$1"\n'
const BASE = baseFiles({
  'assay.yml': CONFIG.replace('echo training', 'bash train.sh').replace(
    'cp candidate.csv predictions.csv',
    'bash evaluate.sh predictions.csv',
  ),
  'train.sh': 'true\n',
  'evaluate.sh': COPY,
})
const MOVED = {
  'train.sh': undefined,
  'evaluate.sh': undefined,
  'src/train.sh': 'true\n',
  'src/evaluate.sh': `mkdir -p out && ${COPY}`,
  'assay.yml': BASE['assay.yml']!.replace('bash train.sh', 'bash src/train.sh')
    .replace('bash evaluate.sh predictions.csv', 'bash src/evaluate.sh out/scores.csv')
    .replace('predictions: predictions.csv', 'predictions: out/scores.csv'),
}

describe('a pull request that moves its code and renames what it writes', () => {
  it('is judged, against the champion as the base names it', async () => {
    const scene = await scenes.onGithub(github, BASE, { ...MOVED, 'candidate.csv': slightlyBetter })

    const { exitCode, text } = await scene.run()

    const [comment] = await github.comments(scene.pullRequest)
    expect(exitCode).toBe(0)
    expect(scene.result().metrics[0]).toMatchObject({ candidate: { value: 0.925 }, champion: { value: 0.9 } })
    expect(scene.result()).toMatchObject({
      verdict: 'pass',
      configuration: { source: 'base', changes: [] },
    })
    for (const shown of [comment!.body, text, scene.read('assay-result/churn/report.html')]) {
      const [change, verdict] = ['changes how it is evaluated', 'pass — '].map(words =>
        shown.lastIndexOf(words),
      )
      expect(change).toBeGreaterThan(-1)
      expect(change).toBeLessThan(verdict!)
      expect(shown).toContain('src/evaluate.sh')
    }
    expect(comment!.body).not.toContain('changes the rules')
    expect(comment!.body).toContain('bash src/train.sh')
  })

  it('is measured by its own files only: the gates stay the base’s', async () => {
    const loose = MOVED['assay.yml'].replace('margin: 0.05', 'margin: 0.9')
    const scene = scenes.pullRequest(BASE, { ...MOVED, 'assay.yml': loose, 'candidate.csv': bad })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().configuration.changes.join()).toContain('by more than 0.9')
  })

  it('pairs with the base, whose files have the old names', async () => {
    const files = { ...BASE, '.gitignore': 'assay-result/\n', 'predictions.csv': slightlyBetter }
    const scene = scenes.pullRequest(files, { ...MOVED, 'candidate.csv': slightlyBetter })

    await scene.run()

    expect(scene.result().metrics[0]).toMatchObject({ base: { value: 0.925 }, candidate: { value: 0.925 } })
  })

  it('a champion’s command runs in the base and writes the base’s file', async () => {
    const run = "champion: { run: 'test -f evaluate.sh; cp champion/predictions.csv predictions.csv' }"
    const withRun = (text: string) => text.replace('champion: champion', run)
    const scene = scenes.pullRequest(
      { ...BASE, 'assay.yml': withRun(BASE['assay.yml']!) },
      { ...MOVED, 'assay.yml': withRun(MOVED['assay.yml']), 'candidate.csv': slightlyBetter },
    )

    expect((await scene.run()).exitCode).toBe(0)
    expect(scene.result().metrics[0]).toMatchObject({ champion: { value: 0.9 } })
  })

  it('may move the file that names its data: what is not known is said', async () => {
    const data = 'data: [data.csv.dvc]\n'
    const pointer = 'outs:\n- md5: 1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f\n  path: data.csv\n'
    const scene = scenes.pullRequest(
      { ...BASE, 'assay.yml': BASE['assay.yml'] + data, 'data.csv.dvc': pointer },
      { 'data.csv.dvc': undefined, 'raw/data.csv.dvc': pointer, 'candidate.csv': slightlyBetter },
    )

    expect((await scene.run()).exitCode).toBe(0)
    expect(scene.result().warnings.join()).toContain('there is no data.csv.dvc')
  })
})

describe('a pull request that moves the code of its metrics', () => {
  const CODE = 'print("accuracy")\n'
  const configured = (place: string, files: string, gates: string) =>
    `${CONFIG.slice(0, CONFIG.indexOf('gates:'))}metric_code: [${place}]\n${files}gates:\n${gates}`
  const OF_ROWS = '  - { metric: accuracy, not_worse_than: champion, margin: 0.05 }\n'
  const OF_FILE = '  - { metric: score, not_worse_than: champion, margin: 0.05 }\n'
  const METRICS = 'metrics: [metrics.json]\ndirections: { score: higher }\nrows: 400\nproportions: [score]\n'
  const inFiles = (text: string) =>
    text.replace(
      'cp candidate.csv predictions.csv',
      'cp candidate.csv predictions.csv; cp m.json metrics.json',
    )

  it.each([
    ['unchanged, and says where it is now', 'src/metrics.py', CODE, 'pass', undefined],
    [
      'changed',
      'src/metrics.py',
      `${CODE}1\n`,
      'not_comparable',
      'the code that computes the metrics differs',
    ],
    ['and does not say where', 'metrics.py', CODE, 'not_comparable', 'there is no metrics.py'],
  ])('%s: numbers of its files', async (_, place, code, verdict, reason) => {
    const scene = scenes.pullRequest(
      baseFiles({
        'assay.yml': inFiles(configured('metrics.py', METRICS, OF_FILE)),
        'metrics.py': CODE,
        'm.json': '{ "score": 0.95 }',
        'champion/metrics.json': '{ "score": 0.9 }',
      }),
      {
        'assay.yml': inFiles(configured(place, METRICS, OF_FILE)),
        'metrics.py': undefined,
        'src/metrics.py': code,
      },
    )

    const { exitCode } = await scene.run()

    expect(scene.result()).toMatchObject({ state: 'judged', verdict })
    expect(exitCode).toBe(verdict === 'pass' ? 0 : 1)
    if (reason) expect(scene.result().gates[0]!.reason).toContain(reason)
  })

  it('and does not say where: its rows are judged all the same, and the way on is shown', async () => {
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': configured('metrics.py', '', OF_ROWS), 'metrics.py': CODE }),
      { 'metrics.py': undefined, 'src/metrics.py': CODE, 'candidate.csv': slightlyBetter },
    )

    expect((await scene.run()).exitCode).toBe(0)
    expect(scene.result().verdict).toBe('pass')
    expect(scene.result().warnings.join()).toContain('writes its new place into `metric_code`')
  })

  it('and leaves the old file where it was is held to the old one', async () => {
    const scene = scenes.pullRequest(
      baseFiles({
        'assay.yml': inFiles(configured('metrics.py', METRICS, OF_FILE)),
        'metrics.py': CODE,
        'm.json': '{ "score": 0.95 }',
        'champion/metrics.json': '{ "score": 0.9 }',
      }),
      {
        'assay.yml': inFiles(configured('decoy.py', METRICS, OF_FILE)),
        'metrics.py': 'changed\n',
        'decoy.py': CODE,
      },
    )

    expect((await scene.run()).exitCode).toBe(1)
    expect(scene.result().verdict).toBe('not_comparable')
  })
})
