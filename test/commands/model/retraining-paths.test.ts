import { expect, it } from 'vitest'
import { readProject, selectModels } from '../../../src/commands/project/project.ts'
import { baseFiles, CONFIG, useScenes } from '../scene.ts'

const scenes = useScenes()

it.each([
  ['assay/retrain-churn-2026-05-20-e5c87ee', ['churn']],
  ['assay/retrain-other-2026-05-20-e5c87ee', []],
  ['feature', []],
])('a pull request from %s that touches none of the paths is judged for %j', async (headBranch, expected) => {
  const files = baseFiles({ 'assay.yml': CONFIG.replace('train:', 'paths: [src]\ntrain:') })
  const { context } = scenes.pullRequest(files, { 'data/version.txt': 'new\n' }, { headBranch })

  const project = await readProject(context, { config: 'assay.yml' })
  const { selected } = await selectModels(context, project, undefined)

  expect(selected.map(({ model }) => model)).toEqual(expected)
})
