import { describe, expect, it } from 'vitest'
import { run as check } from '../../../src/commands/check.ts'
import { DEPLOY } from '../deploys.ts'
import { useScenes } from '../scene.ts'

const scenes = useScenes()
const OPTIONS = { config: 'assay.yml', base: undefined }

describe('check in a deploy repository', () => {
  it('says that its configuration is valid, and asks for no model', async () => {
    const scene = scenes.local({ 'assay-deploy.yml': DEPLOY }, {})

    const { exitCode, text } = await check(scene.context, OPTIONS)

    expect(text).toContain('✓ assay-deploy.yml is valid: staging, production')
    expect(exitCode).toBe(0)
  })

  it('warns where no schedule can move its promotions on GitLab, and not in a repository that is none', async () => {
    const pipeline = `workflow: { rules: [{ if: $CI_PIPELINE_SOURCE == "push" }] }
move: { script: [assay promote], resource_group: move }
`
    const files = { '.gitlab-ci.yml': pipeline }

    const [deployed, other] = await Promise.all(
      [{ ...files, 'assay-deploy.yml': DEPLOY }, files].map(one =>
        check(scenes.local(one, {}).context, OPTIONS),
      ),
    )

    expect(deployed!.text).toMatch(/^! \.gitlab-ci\.yml:1: `workflow: rules` take no pipeline of a schedule/m)
    expect(deployed!.exitCode).toBe(0)
    expect(other!.text).not.toContain('schedule')
  })

  it('finds what is wrong with it, by line', async () => {
    const scene = scenes.local({ 'assay-deploy.yml': DEPLOY.replace('kustomize', 'kustomise') }, {})

    const { exitCode, text } = await check(scene.context, OPTIONS)

    expect(text).toMatch(
      /✗ assay-deploy\.yml:2:\d+: unknown target `kustomise` \(did you mean `kustomize`\?\)/,
    )
    expect(exitCode).toBe(2)
  })
})
