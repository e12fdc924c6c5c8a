import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Files, useScenes } from '../commands/scene.ts'

const EXAMPLE = 'examples/prompt-eval'
const scenes = useScenes()

function filesOf(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = paths.filter(path => statSync(`${folder}/${path}`).isFile())
  return Object.fromEntries(files.map(path => [path, readFileSync(`${folder}/${path}`, 'utf8')]))
}

describe('prompt-eval', () => {
  it('mends three answers and breaks one, which fails although the average is better', async () => {
    const files = filesOf(EXAMPLE)
    const scene = scenes.local(files, { 'prompt.txt': files['prompt-short.txt'] })

    const { exitCode, text } = await scene.run({ base: scene.base })

    const { items, gates, metrics, warnings } = scene.result('support-prompt')
    expect(warnings).toEqual([])
    expect(exitCode).toBe(1)
    expect(gates.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['passed', 'pass'],
      ['broken_items', 'fail'],
    ])
    const passed = metrics.find(({ metric }) => metric === 'passed')!
    expect([passed.champion!.value, passed.candidate!.value].map(value => value.toFixed(2))).toEqual([
      '0.83',
      '0.93',
    ])
    expect(items!.broken.shown).toEqual([
      {
        item: expect.stringMatching(/^nuts \([0-9a-f]{8}\)$/),
        rows: 'results.results[27], results.results[28], results.results[29]',
      },
    ])
    const words = 'Items: 1 broken, 3 mended and 1 flaky of 20 items, against the champion.'
    expect(text).toContain(words)
    expect(files['README.md']).toContain(words)
    expect(text).not.toContain('granola')
  })
})
