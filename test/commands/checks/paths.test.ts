import { expect, it } from 'vitest'
import { run as check } from '../../../src/commands/check.ts'
import { CONFIG, useScenes } from '../scene.ts'

const scenes = useScenes()

async function found(paths: string): Promise<string[]> {
  const scene = scenes.local({ 'assay.yml': `${CONFIG}paths: ${paths}\n`, 'src/train.py': 'x' }, {})
  const { text } = await check(scene.context, { config: 'assay.yml', base: undefined })
  return text.split('\n').filter(line => line.includes('`paths`'))
}

it('names what of `paths` matches no file, for a model that is skipped is green', async () => {
  expect(await found('[srcc/**, "!**/*.md"]')).toEqual([
    '! churn: no file in git matches `srcc/**` of `paths`: every pull request skips this model, and its check is green (correct it, or take it out)',
  ])
  expect(await found('[src/**, sharred]')).toEqual([
    '! churn: no file in git matches `sharred` of `paths` (correct it, or take it out)',
  ])
  expect(await found('[./src/, assay.yml]')).toEqual([])
})
