import { afterAll, describe, expect, it } from 'vitest'
import { run as check } from '../../../src/commands/check.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { createRepository, testFolder } from '../../support/git-repository.ts'
import { DEPLOY, useDeploys } from '../deploys.ts'
import { baseFiles, CONFIG, useScenes } from '../scene.ts'

const scenes = useScenes()
const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)
const OPTIONS = { config: 'assay.yml', base: undefined }

const ISTIO = '{ candidate: { host: churn }, champion: { host: old } }'
const GATEWAY = '{ candidate: churn, champion: old }'
const withTarget = (target: string, options: string) => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}' }
environments:
  staging: { merge: auto }
  production: { after: staging, target: ${target}, options: ${options} }
`
const CASES = [
  ['istio', ISTIO],
  ['gateway-api', GATEWAY],
] as const

describe('a target that writes weights alone', () => {
  it('is one of these, and no other', () => {
    const alone = Object.values(TARGETS).filter(({ writes }) => writes === 'weights')

    expect(alone.map(({ name }) => name).sort()).toEqual(['gateway-api', 'istio'])
  })

  it.each(CASES)('is named by check in the deploy repository: %s', async (target, options) => {
    const scene = scenes.local({ 'assay-deploy.yml': withTarget(target, options) }, {})

    const { exitCode, text } = await check(scene.context, OPTIONS)

    expect(exitCode).toBe(2)
    expect(text).toMatch(
      new RegExp(
        `^✗ assay-deploy\\.yml: every promotion into production will be refused by its target ${target}`,
        'm',
      ),
    )
    expect(text).not.toContain('into staging')
    expect(text).not.toContain('assay init')
  })

  it('is named for the one model that has it', async () => {
    const text = `${DEPLOY}models: { ranking: { target: istio, options: ${ISTIO} } }\n`
    const scene = scenes.local({ 'assay-deploy.yml': text }, {})

    const lines = (await check(scene.context, OPTIONS)).text.split('\n').filter(line => line.startsWith('✗'))

    expect(lines).toEqual([
      expect.stringContaining('every promotion of ranking into staging'),
      expect.stringContaining('every promotion of ranking into production'),
    ])
  })

  it.each(CASES)('is named by check of a model that is promoted there: %s', async (target, options) => {
    const deploy = createRepository(`${folder}/${target}`)
    deploy.commit('deploy', { 'assay-deploy.yml': withTarget(target, options) })
    const scene = scenes.local(baseFiles({ 'assay.yml': `${CONFIG}deploy: ${deploy.url}\n` }), {})

    const { exitCode, text } = await check(scene.context, OPTIONS)

    expect(text).toMatch(
      /✗ deploy repository file:.*every promotion of churn into production will be refused/,
    )
    expect(exitCode).toBe(2)
  })

  it.each(CASES)('refuses the promotion with the same words: %s', async (target, options) => {
    const kind =
      target === 'istio'
        ? {
            file: 'virtual-service.yaml',
            text: 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: churn }\nspec:\n  http:\n    - route:\n        - destination: { host: old }\n          weight: 100\n        - destination: { host: churn }\n          weight: 0\n',
          }
        : {
            file: 'http-route.yaml',
            text: 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: churn }\nspec:\n  rules:\n    - backendRefs:\n        - { name: old, port: 80, weight: 100 }\n        - { name: churn, port: 80, weight: 0 }\n',
          }
    const config = withTarget(target, options).replace('after: staging, ', '')
    const scene = await deploys.onGit(config)
    await scene.place.push(scene.place.base, {
      [`apps/${scene.model}/overlays/production/${kind.file}`]: kind.text,
    })

    await expect(scene.promote([scene.release(1)])).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
      problems: [{ fix: expect.stringContaining('promotions have none yet') }],
    })
  })
})

describe('check in a deploy repository', () => {
  it('says that its configuration is valid, and asks for no model', async () => {
    const scene = scenes.local({ 'assay-deploy.yml': DEPLOY }, {})

    const { exitCode, text } = await check(scene.context, OPTIONS)

    expect(text).toContain('✓ assay-deploy.yml is valid: staging, production')
    expect(exitCode).toBe(0)
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
