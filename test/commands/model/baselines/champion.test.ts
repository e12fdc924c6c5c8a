import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../../src/core/errors/errors.ts'
import { describeOnce, divided } from '../../../support/rounds.ts'
import {
  bad,
  baseFiles,
  CONFIG,
  good,
  predictions,
  type Scene,
  slightlyBetter,
  useScenes,
} from '../../scene.ts'

const scenes = useScenes()

const withChampion = (champion: string) => CONFIG.replace('champion: champion\n', champion)
const STRICT = CONFIG.replace('margin: 0.05 }', 'margin: 0.05, if_inconclusive: fail }')

describe('the champion', () => {
  it.each(
    divided(['champion/', './champion', 'champion//.', '{ path: champion/ }'], path => path.includes('{')),
  )('may be written as `%s`', async path => {
    const files = baseFiles({ 'assay.yml': withChampion(`champion: ${path}\n`) })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })

    await scene.run()

    expect(scene.result().metrics[0]).toMatchObject({ metric: 'accuracy', champion: { value: 0.9 } })
    expect(scene.result().champion!.source).toBe('folder champion')
  })
})

describeOnce('the champion', () => {
  it('is read from the folder as it is at the base, with its age', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })

    await scene.run()

    expect(scene.result().champion).toMatchObject({ source: 'folder champion', ageDays: 0 })
    expect(scene.result().metrics[0]).toMatchObject({ metric: 'accuracy', champion: { value: 0.9 } })
  })

  it.each([
    ['edits', bad],
    ['deletes', undefined],
  ])('is not chosen by a pull request that %s it', async (_, champion) => {
    const scene = scenes.pullRequest(baseFiles(), {
      'candidate.csv': bad,
      'champion/predictions.csv': champion,
    })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().metrics[0]).toMatchObject({ champion: { value: 0.9 } })
  })

  it('says that its rows are missing, where its folder holds only other files', async () => {
    const config = CONFIG.replace('predictions:', 'metrics: metrics.json\npredictions:')
    const scene = scenes.pullRequest(
      baseFiles({
        'assay.yml': config.replace('cp candidate', 'echo "{}" > metrics.json; cp candidate'),
        'champion/predictions.csv': undefined,
        'champion/old.csv': good,
        'champion/metrics.json': '{ "lift": 1 }',
      }),
      { 'candidate.csv': slightlyBetter },
    )

    await scene.run()

    expect(scene.result().warnings).toEqual([
      expect.stringMatching(
        /^The champion's folder champion in git has no predictions\.csv, so no rows are compared: .*git add --force.*#renaming-an-output-file/,
      ),
    ])
    expect(scene.result().verdict).toBe('inconclusive')
  })

  it('that a pull request brings counts after the merge', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'champion/predictions.csv': undefined }), {
      'candidate.csv': bad,
      'champion/predictions.csv': bad,
    })

    await scene.run()

    expect(scene.result().gates[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: "the champion's folder champion comes with this pull request: it counts after the merge",
    })
  })

  it('may be put there by an earlier step, outside of git', async () => {
    const ignored = { 'champion/predictions.csv': undefined, '.gitignore': 'champion/\nassay-result/\n' }
    const train = `mkdir -p champion && cp candidate.csv champion/predictions.csv`
    const config = CONFIG.replace('echo training', train)
    const scene = scenes.pullRequest(baseFiles({ ...ignored, 'assay.yml': config }), { 'x.txt': 'x' })

    await scene.run()

    expect(scene.result().gates[0]).toMatchObject({ verdict: 'pass' })
  })

  it("is found by the README's own configuration", async () => {
    const readme = readFileSync('README.md', 'utf8').replace(/^ {3}/gm, '')
    const [, config] = /```yaml\n(# assay\.yml\n[\s\S]*?)```/.exec(readme)!
    const files = baseFiles({ 'assay.yml': config!.replaceAll('python', 'bash'), 'train.py': 'true' })
    const scene = scenes.pullRequest(
      { ...files, 'evaluate.py': 'cp candidate.csv predictions.csv' },
      { 'candidate.csv': slightlyBetter },
    )

    await scene.run()

    expect(scene.result()).toMatchObject({ state: 'judged', warnings: [] })
    expect(scene.result().metrics[0]).toMatchObject({ metric: 'roc_auc', champion: { value: 0.9016375 } })
  })

  it('that broke is not told as one that does not exist yet', async () => {
    const config = withChampion('champion: { run: exit 3 }\n')
    const files = baseFiles({ 'assay.yml': config, 'predictions.csv': good, '.gitignore': 'assay-result/\n' })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })

    const { text } = await scene.run()

    const report = scene.read('assay-result/churn/report.md')
    expect(text).toContain('churn: not comparable — the champion could not be evaluated')
    expect(report).toContain('not comparable — the champion could not be evaluated')
    expect(report).toContain('The champion could not be evaluated, so the base stands in for it.')
  })

  it.each([
    ['0', CONFIG, 0],
    ['1 where the gate says so', STRICT, 1],
  ])('that does not exist yet is inconclusive: exit %s', async (_, config, exitCode) => {
    const files = baseFiles({ 'assay.yml': config, 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })

    const result = await scene.run()

    expect(result.exitCode).toBe(exitCode)
    expect(result.outputs?.verdict).toBe('inconclusive')
    expect(scene.result().gates[0]!.reason).toContain("the champion's folder champion does not exist yet")
  })

  it('may be a command, which runs in a clean copy of the base', async () => {
    const config = withChampion('champion: { run: pwd; cp candidate.csv predictions.csv }\n')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().champion).toMatchObject({ commit: scene.base })
    expect(scene.result().metrics[0]).toMatchObject({ candidate: { value: 0.925 }, champion: { value: 0.9 } })
    expect(scene.repository.git('worktree', 'list').split('\n')).toHaveLength(1)
  })

  it.each([
    ['dies', 'run: exit 3', "the champion's command ended with exit code 3"],
    [
      'ends well, but only when it is stopped',
      `timeout: 1s, run: "trap 'exit 0' TERM; sleep 600 & wait"`,
      "the champion's command did not end within 1s",
    ],
    ['writes nothing', 'run: echo done', 'cannot be read'],
  ])('whose command %s is not comparable: exit 1', async (_, command, reason) => {
    const config = withChampion(`champion: { ${command} }\n`)
    const files = baseFiles({ 'assay.yml': config, 'predictions.csv': good, '.gitignore': 'assay-result/\n' })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'not_comparable' })
    expect(scene.result().gates[0]!.reason).toContain(reason)
  })

  it.each([
    ['folder', 'mine'],
    ['path through the working folder', './mine/'],
    ['command', 'cp other.csv predictions.csv'],
  ])('is what --baseline says: a %s', async (_, baseline) => {
    const files = baseFiles({ 'mine/predictions.csv': bad, 'other.csv': bad })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })

    await scene.run({ baseline })

    expect(scene.result().metrics[0]!.champion!.value).toBeCloseTo(0.665, 3)
    expect(scene.result().reproduce).toContain('--baseline')
  })

  it.each(['edits', 'deletes', 'brings'])(
    'named by --baseline is not chosen by a pull request that %s it',
    async what => {
      const before = what === 'brings' ? undefined : good
      const scene = scenes.pullRequest(baseFiles({ 'mine/predictions.csv': before }), {
        'candidate.csv': bad,
        'mine/predictions.csv': what === 'deletes' ? undefined : bad,
      })

      const { exitCode } = await scene.run({ baseline: 'mine' })

      if (what === 'brings') expect(scene.result().gates[0]!.reason).toContain('comes with this pull request')
      else {
        expect(exitCode).toBe(1)
        expect(scene.result().metrics[0]).toMatchObject({ champion: { value: 0.9 } })
        expect(scene.result().warnings.join()).toContain(
          `read as it is at the base ${scene.base.slice(0, 7)}`,
        )
      }
    },
  )

  it.each(['champion: downloaded', '--baseline'])(
    'that an earlier step has downloaded is read and told so: %s',
    async way => {
      const ignored = {
        'champion/predictions.csv': undefined,
        '.gitignore': 'downloaded/\nassay-result/\npredictions.csv\n',
      }
      const config = way === '--baseline' ? CONFIG : withChampion(`${way}\n`)
      const scene = scenes.pullRequest(
        baseFiles({ ...ignored, 'assay.yml': config, 'downloaded/README': undefined }),
        {
          'candidate.csv': slightlyBetter,
        },
      )
      mkdirSync(join(scene.folder, 'downloaded'))
      writeFileSync(join(scene.folder, 'downloaded/predictions.csv'), good)

      await scene.run({ baseline: way === '--baseline' ? 'downloaded' : undefined })

      expect(scene.result().champion!.source).toBe('folder downloaded, not in git')
      expect(scene.read('assay-result/churn/report.md')).toContain('not in git')
    },
  )

  it('is not chosen by a link that a pull request brings', async () => {
    const files = baseFiles({
      'champion/predictions.csv': undefined,
      '.gitignore': 'assay-result/\n/predictions.csv\n',
    })
    const scene = scenes.pullRequest(files, { 'candidate.csv': bad, 'mine/predictions.csv': bad })
    symlinkSync('mine', join(scene.folder, 'champion'))
    scene.context.ci.headSha = scene.repository.commit('link', {})

    await scene.run()

    expect(scene.result().gates[0]!.reason).toContain('comes with this pull request')
  })

  it('with a folder in git that holds no file of it yet is read where an earlier step put it', async () => {
    const files = baseFiles({
      'champion/predictions.csv': undefined,
      'champion/README': 'x',
      '.gitignore': '*.csv\nassay-result/\n',
    })
    const scene = scenes.pullRequest(
      {
        ...files,
        'candidate.txt': good,
        'assay.yml': CONFIG.replace('cp candidate.csv', 'cp candidate.txt'),
      },
      { 'candidate.txt': slightlyBetter },
    )
    writeFileSync(join(scene.folder, 'champion/predictions.csv'), good)

    await scene.run()

    expect(scene.result().metrics[0]).toMatchObject({ champion: { value: 0.9 } })
  })

  it('IO-009: outside of the repository it is refused by name', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })

    await expect(scene.run({ baseline: scenes.folder })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('that is not there, and reports among its files, are told before anything is run, all at once', async () => {
    const files = { 'assay.yml': CONFIG.replace('echo training', 'touch trained'), 'results/champion/x': '' }
    const scene = scenes.pullRequest(baseFiles(files), { 'candidate.csv': slightlyBetter })
    const problemsOf = (options: Parameters<Scene['run']>[0]) =>
      scene.run(options).then(
        () => [],
        error => error.problems.map(({ what, fix }: Problem) => `${what} | ${fix}`),
      )

    expect(await problemsOf({ baseline: 'results/champoin', output: 'champion/new' })).toEqual([
      '`results/champoin` is neither a folder, here or at the base, nor a command | did you mean `results/champion`?',
      '`champion/new` is no place for reports: they would lie in the folder of the champion of churn, `champion`, and count as its files | name a folder of its own with --output',
    ])
    expect(await problemsOf({ baseline: 'results/champion', output: './results//champion' })).toEqual([
      expect.stringContaining('they would lie in the folder that `baseline` names, `results/champion`'),
    ])
    expect(await problemsOf({ baseline: 'assay.yml' })).toEqual([
      expect.stringContaining("name a folder with the champion's files with --baseline"),
    ])
    expect(existsSync(join(scene.folder, 'trained'))).toBe(false)
  })

  it.each([
    ['labels', predictions(row => row % 10 === 0).replace('r0,0', 'r0,1')],
    ['rows', good.replace(/^r399.*\n/m, '')],
    ['ids', good.replace('r7,', 'other,')],
  ])('that was scored on other %s is not comparable: exit 1', async (_, champion) => {
    const scene = scenes.pullRequest(baseFiles({ 'champion/predictions.csv': champion }), {
      'candidate.csv': slightlyBetter,
    })

    const { exitCode, outputs } = await scene.run()

    expect(exitCode).toBe(1)
    expect(outputs?.verdict).toBe('not_comparable')
  })

  it('IO-010: a candidate file that is a link out of the repository is refused, unread', async () => {
    const config = CONFIG.replace('cp candidate.csv predictions.csv', 'echo done')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })
    symlinkSync('/etc/passwd', join(scene.folder, 'predictions.csv'))

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(2)
    expect(scene.result().failure!.tail).toContain('a symbolic link on it leads out of the repository')
    expect(scene.read('assay-result/churn/result.json')).not.toContain('root:')
  })

  it('weighs the base where the files are in git there', async () => {
    const config = CONFIG.replace('not_worse_than: champion', 'not_worse_than: base')
    const files = baseFiles({ 'assay.yml': config, 'predictions.csv': good, '.gitignore': 'assay-result/\n' })
    const scene = scenes.pullRequest(files, { 'candidate.csv': bad })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().base).toMatchObject({ commit: scene.base })
    expect(scene.result().gates[0]!.reason).toContain("against the base's")
  })

  it('is left out with a reason when notes and other extras cannot be read: the verdict stays', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': `${CONFIG}notes: notes.md\n` }), {
      'candidate.csv': slightlyBetter,
    })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().warnings).toEqual(['The notes were left out: notes.md: there is no such file.'])
  })
})
