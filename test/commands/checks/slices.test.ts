import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDeployFile } from '../../../src/commands/checks/targets.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'

const { folder, remove } = testFolder()
afterAll(remove)

/** What `assay check` says beside that the file is valid, in a deploy repository whose canary has these slices. */
async function found(name: string, slices: string, profile: string | null = renderProfile(profileOf())) {
  const at = join(folder, name)
  const path = join(at, 'apps/churn/production/model-profile.yaml')
  mkdirSync(dirname(path), { recursive: true })
  if (profile !== null) writeFileSync(path, profile)
  writeFileSync(
    join(at, 'assay-deploy.yml'),
    `path: apps/{model}/{environment}
target: kserve
options: { file: service.yaml, mode: Standard }
environments:
  production:
    drift: { collector: 'http://collector' }
    canary: { steps: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 }, slices: ${slices} }
`,
  )
  return (await checkDeployFile({ folder: at, env: {} }))!.findings.filter(({ text }) =>
    text.includes('`slices'),
  )
}

describe('slices of a canary', () => {
  it('are refused where the profile of what serves has no such feature, with the nearest one', async () => {
    const [first, ...others] = await found('missing', 'plann')

    expect(others).toEqual([])
    expect(first).toEqual({
      level: 'problem',
      text: expect.stringMatching(
        /^churn in production: `slices` cannot be shown: `plann` is no feature of the profile; did you mean `plan`\? \(apps.*model-profile.yaml\)$/,
      ),
    })
  })

  it('are refused where the feature is one of numbers', async () => {
    expect(await found('numbers', 'age')).toEqual([
      {
        level: 'problem',
        text: expect.stringContaining('`age` is a feature of numbers; those with categories are `'),
      },
    ])
  })

  it('are taken where it has them, and where no profile is at hand', async () => {
    expect(await found('there', 'plan')).toEqual([])
    expect(await found('none', 'plann', null)).toEqual([])
  })

  it('are said not to be looked up where the profile is none', async () => {
    expect(await found('broken', 'plan', '{}')).toEqual([
      { level: 'problem', text: expect.stringContaining('`slices: plan` cannot be looked up: apps/') },
    ])
  })
})
