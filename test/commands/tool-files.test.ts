import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
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
})
