import { describe, expect, it } from 'vitest'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import { useGithub } from '../support/emulator.ts'
import { release } from '../support/releases.ts'
import { useDeploys } from './deploys.ts'

/** Models and environments that have one file of values together. */

const github = useGithub()
const deploys = useDeploys()
const MODELS = ['churn', 'fraud', 'v1.2']
const FROM = '[acme/late-flights]'
const CONFIG = `path: charts/serving
target: helm-values
options:
  set: [{ path: 'serving.{environment}.{model}.digest', value: '{image.digest}' }]
environments:
  staging: { merge: auto }
  production: { after: staging, merge: auto }
models: { churn: { from: ${FROM} }, fraud: { from: ${FROM} }, v1.2: { from: ${FROM} } }
`
const digestOf = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`

/** Text of the file that says which release of each model serves in each environment. */
function values(serving: Record<string, Record<string, number>>): string {
  const environment = (name: string) =>
    MODELS.map(
      model => `    ${model}:   # ${model} in ${name}\n      digest: "${digestOf(serving[name]![model]!)}"\n`,
    ).join('')
  return `# of all\nserving:\n  staging:\n${environment('staging')}  production:\n${environment('production')}`
}

const all = (number: number) => Object.fromEntries(MODELS.map(model => [model, number]))

async function scene() {
  const opened = await deploys.onGit(CONFIG)
  await opened.place.push('main', {
    'charts/serving/values.yaml': values({ staging: all(0), production: all(0) }),
  })
  const where = {
    address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const },
    name: 'deploy',
    branch: 'main',
  }
  const options = {
    config: 'assay.yml',
    'deploy-repo': 'octo/model',
    'deploy-branch': 'main',
    'dry-run': false,
  }
  const before = new Map<string, number>()
  return {
    ...opened,
    options,
    file: () => opened.read('charts/serving/values.yaml'),
    /** Into both environments, one after the other. */
    async promote(model: string, number: number) {
      const commit = release(before.get(model) ?? number).commit
      const candidates = [release(number, model, { weighed: { against: 'champion', commit } })]
      before.set(model, number)
      for (const _ of CONFIG.matchAll(/merge: auto/g))
        await promoteModel(opened.context, await opened.access(), where, { model, candidates, dryRun: false })
    },
    async rollback(model: string, environment: string) {
      await runRollback(opened.context, {
        ...options,
        model,
        environment,
        to: undefined,
        reason: 'it was wrong',
      })
      await opened.place.branch('main', (await opened.place.head(`assay/promote/${environment}/${model}`))!)
    },
  }
}

describe('models and environments in one file', () => {
  it('are promoted in any order, and say the same as alone', async () => {
    const { promote, file, read } = await scene()

    for (const [model, number] of [
      ['v1.2', 1],
      ['churn', 2],
      ['fraud', 3],
      ['v1.2', 4],
    ] as const)
      await promote(model, number)

    const serving = { churn: 2, fraud: 3, 'v1.2': 4 }
    expect(await file()).toBe(values({ staging: serving, production: serving }))
    const record = await read('charts/serving/releases/production/v1.2/model-release.yaml')
    expect(record).toContain(release(4).version)
  })

  it('go back one by one, and leave what the others have', async () => {
    const { promote, rollback, file } = await scene()
    await promote('churn', 1)
    await promote('fraud', 1)
    await promote('churn', 2)
    await promote('fraud', 2)

    await rollback('churn', 'production')

    const staging = { ...all(0), churn: 2, fraud: 2 }
    expect(await file()).toBe(values({ staging, production: { ...staging, churn: 1 } }))
  })

  it('go back alone where one commit brought releases of two', async () => {
    const { promote, rollback, file, place, read } = await scene()
    await promote('churn', 1)
    await promote('fraud', 1)
    const before = (await place.head('main'))!
    await promote('churn', 2)
    await promote('fraud', 2)
    const paths = ['churn', 'fraud'].flatMap(model =>
      ['staging', 'production'].map(name => `charts/serving/releases/${name}/${model}/model-release.yaml`),
    )
    const squashed: Record<string, string> = {}
    for (const path of ['charts/serving/values.yaml', ...paths]) squashed[path] = (await read(path))!
    await place.branch('main', before)
    await place.push('main', squashed)

    await rollback('churn', 'production')

    const staging = { ...all(0), churn: 2, fraud: 2 }
    expect(await file()).toBe(values({ staging, production: { ...staging, churn: 1 } }))
  })

  it('get back the bytes that were, where nobody touched them since', async () => {
    const { promote, rollback, file } = await scene()
    await promote('churn', 1)
    await promote('fraud', 1)
    const before = await file()
    await promote('fraud', 2)

    await rollback('fraud', 'production')
    await rollback('fraud', 'staging')

    expect(await file()).toBe(before)
  })

  it('are told apart where somebody changed one by hand', async () => {
    const { promote, place, context, options, file } = await scene()
    await promote('churn', 1)
    await promote('fraud', 1)
    const text = (await file())!
    const at = text.lastIndexOf(digestOf(1))
    await place.push('main', {
      'charts/serving/values.yaml': `${text.slice(0, at)}${digestOf(9)}${text.slice(at + 71)}`,
    })

    const verify = (model: string) =>
      runVerify(context, {
        ...options,
        model,
        environment: 'production',
        timeout: 1,
        'no-wait': true,
        release: undefined,
      })

    expect((await verify('churn')).text).not.toContain('changed by hand')
    expect((await verify('fraud')).text).toContain(
      'charts/serving/values.yaml:14 serving.production.fraud.digest is',
    )
  })
})

describe('open promotions of several models into one file', () => {
  it('are written anew on top of one another, as they are merged', async () => {
    const { place, context, access, read } = await deploys.onGithub(
      github,
      CONFIG.replace(/ {2}staging[\s\S]*?\nmodels/, '  production: {}\nmodels'),
    )
    await place.push(place.base, {
      'charts/serving/values.yaml': values({ staging: all(0), production: all(0) }),
    })
    const address = { kind: 'git' as const, url: 'x', namedBy: 'job' as const }
    const where = { address, name: 'deploy', branch: place.base }
    const promote = async (model: string, candidates = [release(1, model)]) =>
      promoteModel(context, await access(), where, { model, candidates, dryRun: false })
    const merge = async (model: string) => {
      const { pullRequests } = (await access()).repository
      const { open } = await pullRequests!.ofBranch(`assay/promote/production/${model}`, place.base)
      return pullRequests!.merge(open!.number, open!.head)
    }

    for (const model of MODELS) await promote(model)
    for (const model of MODELS) {
      // Another run: what was proposed is written anew where somebody else's merge has changed the file.
      await promote(model, [])
      expect(await merge(model)).toMatchObject({ kind: 'merged' })
    }

    expect(await read('charts/serving/values.yaml')).toBe(values({ staging: all(0), production: all(1) }))
  })
})
