import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { readJunit } from '../support/junit.ts'
import { bad, baseFiles, CONFIG, good, RUN_DEFAULTS, type Scene, slightlyBetter, useScenes } from './scene.ts'

/** What CI systems read, beside every result and merged: a template names one path, whatever happened. */

const scenes = useScenes()
const TWO = `models:
  churn:
    evaluate: cp candidate.csv predictions.csv
    predictions: predictions.csv
    champion: champion
    gates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]
    paths: ['*.csv']
  fraud:
    evaluate: cp fraud.csv predictions.csv
    predictions: predictions.csv
    champion: champion
    gates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]
    paths: ['fraud.*']
`
const cases = (scene: Scene, path: string) =>
  readJunit(scene.read(`assay-result/${path}`)).map(one => `${one.suite}: ${one.ending}`)
const findings = (scene: Scene, path: string) =>
  (JSON.parse(scene.read(`assay-result/${path}`)) as { severity: string }[]).map(one => one.severity)

describe('the files for CI systems', () => {
  it('lie beside the result and in the output folder', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': bad })

    await scene.run({ comment: false })

    for (const path of ['churn/junit.xml', 'junit.xml'])
      expect(cases(scene, path)).toEqual(['churn: failure'])
    for (const path of ['churn/codequality.json', 'gl-code-quality.json'])
      expect(findings(scene, path)).toEqual(['critical'])
    for (const path of ['churn/metrics.txt', 'metrics.txt'])
      expect(scene.read(`assay-result/${path}`)).toContain('\naccuracy{model="churn"} 0.665')
  })

  it('tell of a command that died', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': CONFIG.replace('echo training', 'exit 3') }), {
      'candidate.csv': slightlyBetter,
    })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(2)
    expect(cases(scene, 'junit.xml')).toEqual(['churn: error'])
    expect(findings(scene, 'gl-code-quality.json')).toEqual(['blocker'])
    expect(scene.read('assay-result/metrics.txt')).toContain('assay_blocks{model="churn"} 1')
  })

  it('merge all models, the skipped ones with them', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': TWO, 'fraud.csv': good }), {
      'candidate.csv': slightlyBetter,
    })

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(cases(scene, 'junit.xml')).toEqual(['churn: passed', 'fraud: skipped'])
    expect(JSON.parse(scene.read('assay-result/fraud/result.json'))).toMatchObject({ state: 'skipped' })
    expect(existsSync(join(scene.folder, 'assay-result/fraud/report.html'))).toBe(false)
  })

  it('are there where no model is touched, so that the upload finds them', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': TWO, 'fraud.csv': good }), { 'README.md': 'x' })

    await scene.run()

    expect(cases(scene, 'junit.xml')).toEqual(['churn: skipped', 'fraud: skipped'])
    expect(findings(scene, 'gl-code-quality.json')).toEqual([])
    expect(scene.read('assay-result/metrics.txt')).toBe('# EOF\n')
  })

  it('say of a job that is stopped which models it did not judge', async () => {
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': TWO.replace('cp fraud.csv', 'sleep 60; cp fraud.csv'), 'fraud.csv': good }),
      { 'candidate.csv': slightlyBetter, 'fraud.csv': slightlyBetter },
    )
    const abort = new AbortController()
    scene.context.signal = abort.signal
    scene.context.log = {
      ...scene.context.log,
      group(title, body) {
        if (title.startsWith('Evaluate fraud')) setTimeout(() => abort.abort('SIGTERM'), 100)
        return body()
      },
    }

    await expect(scene.run()).rejects.toThrow()

    expect(cases(scene, 'junit.xml')).toEqual(['churn: passed', 'fraud: error'])
  })

  it('place their findings at the configuration that was read', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'ml/assay.yml': CONFIG }), { 'candidate.csv': bad })

    await scene.run({ config: 'ml/assay.yml' })

    expect(JSON.parse(scene.read('assay-result/gl-code-quality.json'))[0].location.path).toBe('ml/assay.yml')
  })
})
