import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { CiFacts } from '../../../src/ci/ci.ts'
import type { Context } from '../../../src/commands/command/context.ts'
import { findDeployBranch } from '../../../src/commands/deploy/read/deploy-branch.ts'
import { testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

/** The branch that a command works on in a folder with these files. */
async function branchIn(
  files: Record<string, string>,
  ci: Partial<CiFacts>,
  options: Record<string, string> = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const clone = mkdtempSync(join(folder, 'clone-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(clone, name), text)
  const context = { folder: clone, env: {}, ci: { name: 'GitLab CI', ...ci } } as unknown as Context
  return (await findDeployBranch(context, options)).branch
}

const DEPLOY = { 'assay-deploy.yml': '' }
const OWN = { repository: 'ml/deploy', defaultBranch: 'master' }

describe('the branch that is deployed from', () => {
  it.each<[string, Record<string, string>, Partial<CiFacts>, Record<string, string>, string]>([
    ['of this repository: its default branch', DEPLOY, OWN, {}, 'master'],
    ['of this repository by its name', {}, OWN, { 'deploy-repo': 'ml/deploy' }, 'master'],
    ['the one that is asked for', DEPLOY, OWN, { 'deploy-branch': 'live' }, 'live'],
    ['of another repository: main', DEPLOY, OWN, { 'deploy-repo': 'ml/other' }, 'main'],
    ['where the CI tells none: main', DEPLOY, { repository: 'ml/deploy' }, {}, 'main'],
    ['on a laptop: main', DEPLOY, {}, {}, 'main'],
  ])('is %s', async (_, files, ci, options, branch) => {
    expect(await branchIn(files, ci, options)).toBe(branch)
  })
})
