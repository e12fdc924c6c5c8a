import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run as check } from '../../../src/commands/check.ts'
import { CONFIG, type Files, useScenes } from '../scene.ts'

/** What `assay check` says of a champion's folder: in CI it holds what git has of it, and gates would only say that they cannot tell. */

const scenes = useScenes()
const ROWS = 'id,label,score\nr1,1,0.9\nr2,0,0.1\n'
const BOTH = CONFIG.replace('predictions:', 'metrics: metrics.json\npredictions:')

async function found(files: Files, uncommitted: Record<string, string> = {}): Promise<string[]> {
  const scene = scenes.local({ 'assay.yml': BOTH, 'champion/metrics.json': '{}', ...files }, {})
  for (const [path, text] of Object.entries(uncommitted)) writeFileSync(join(scene.folder, path), text)
  const { text } = await check(scene.context, { config: 'assay.yml', base: undefined })
  return text.split('\n').filter(line => /^! churn: .*champion/.test(line))
}

it('is told which file of it git does not have, as where .gitignore names all of its kind', async () => {
  const ignored = { '.gitignore': '*.csv\n' }

  expect(await found(ignored, { 'champion/predictions.csv': ROWS })).toEqual([
    expect.stringMatching(/^! churn: champion\/predictions\.csv: git does not have it, .*git add --force/),
  ])
})

it('is told that it holds no rows, or nothing, or is not there', async () => {
  expect(await found({ 'champion/old.csv': ROWS })).toEqual([
    "! churn: the champion's folder champion has no predictions.csv: nothing will be compared row by row",
  ])
  expect(await found({ 'champion/metrics.json': undefined, 'champion/README.md': 'x' })).toEqual([
    expect.stringContaining(
      'holds none of the files that the evaluation writes: gates on it will be not comparable, which fails',
    ),
  ])
  expect(await found({ 'champion/metrics.json': undefined })).toEqual([
    expect.stringContaining('does not exist yet: gates on it will be inconclusive'),
  ])
})

it('says nothing of one that is whole, in git or put there by a step of the job', async () => {
  expect(await found({ 'champion/predictions.csv': ROWS })).toEqual([])
  const elsewhere = { 'champion/metrics.json': undefined, 'champion/.gitignore': '*.csv\n*.json\n' }
  const step = { 'champion/predictions.csv': ROWS, 'champion/metrics.json': '{}' }
  expect(await found(elsewhere, step)).toEqual([])
})
