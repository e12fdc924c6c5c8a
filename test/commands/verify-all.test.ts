import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { useArgoCd } from '../support/argocd.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { release } from '../support/releases.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { synchronise } from '../support/synchronised.ts'
import { type DeployScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()

const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
argocd: { server: '${argo.url}', project: ml }
environments:
  staging: { merge: auto }
  production: { after: staging }
`

/** What somebody merged into staging: the manifest and the record of a release. */
function served(model: string, record = renderRelease(release(1, model))) {
  const { digest } = release(1, model).image!
  return {
    [`apps/${model}/overlays/staging/kustomization.yaml`]: `images:\n  - name: ${model}\n    newName: registry.example/acme/churn\n    digest: ${digest}\n`,
    [`apps/${model}/overlays/staging/model-release.yaml`]: record,
  }
}

async function live({ place }: DeployScene, model: string, number = 1) {
  const repository = 'https://git.example/acme/deploy'
  const revision = (await place.head(place.base))!
  synchronise(argo, { ...release(number), model }, { environment: 'staging', repository, revision })
}

function verify(scene: DeployScene, more: Partial<Context> = {}, noWait = true, environment?: string) {
  const env = { ARGOCD_AUTH_TOKEN: argo.token, ARGOCD_SERVER: argo.url }
  return runVerify(
    { ...scene.context, env, ...more },
    {
      config: 'assay.yml',
      model: undefined,
      environment,
      timeout: 900,
      'no-wait': noWait,
      release: undefined,
      'deploy-repo': 'octo/deploy',
      'deploy-branch': scene.place.base,
      'dry-run': false,
    },
  )
}

const FORGES = deploys.onForges({ github, gitlab })

describe.each(divided(FORGES, USUAL))('assay verify without a model, on %s', (_, open) => {
  it('says of all that serves how much is live, fails where one is not, and is green once it is', async () => {
    const scene = await open(config())
    await scene.place.push(scene.place.base, { ...served('fraud'), ...served('vision') })
    await live(scene, 'fraud')
    await live(scene, 'vision', 2)

    const ill = await verify(scene)

    expect(ill.exitCode).toBe(1)
    const [summary, ...lines] = ill.text!.split('\n')
    expect(summary).toBe('❌ 1 not live: vision in staging, 1 live')
    expect(lines.filter(line => !line.startsWith('    '))).toEqual([
      expect.stringMatching(/^(?:⛔|⏳) vision 2026-05-01-0000001 in staging: (?:blocked|progressing): /),
    ])
    expect(ill.outputs).toEqual({ live: 'false' })

    await live(scene, 'vision')
    const well = await verify(scene)

    expect([well.exitCode, well.text!.split('\n')[0]]).toEqual([0, '✅ 2 live'])
    expect(well.outputs).toEqual({ live: 'true' })
    expect((await verify(scene, {}, true, 'production')).text).toMatch(/^Nothing serves in /)
    await expect(verify(scene, {}, true, 'stagin')).rejects.toMatchObject({ code: 'ENVIRONMENT_UNKNOWN' })
  })
})

describeOnce('assay verify without a model', () => {
  it('is kept from no model by another that cannot be read, and is not green', async () => {
    const scene = await deploys.onGithub(github, config())
    await scene.place.push(scene.place.base, { ...served('fraud', 'model: [\n'), ...served('vision') })
    await live(scene, 'vision')

    const { exitCode, text, outputs } = await verify(scene)

    expect(exitCode).toBe(2)
    expect(text).toMatch(/^❌ 1 model not known, 1 live\n/)
    expect(text).toContain('apps/fraud/overlays/staging/model-release.yaml')
    expect(outputs).toEqual({ live: 'false' })
  })

  it('asks a server that takes no token once, and says so once', async () => {
    const scene = await deploys.onGithub(github, config())
    await scene.place.push(scene.place.base, { ...served('fraud'), ...served('vision') })
    const env = { ARGOCD_AUTH_TOKEN: 'another', ARGOCD_SERVER: argo.url }

    const { exitCode, text } = await verify(scene, { env })

    expect(exitCode).toBe(2)
    expect(text).toMatch(/^❌ 2 models not known, 0 live\n/)
    expect(text!.match(/invalid session/g)).toHaveLength(1)
    expect(argo.requests.filter(request => request.includes('vision'))).toEqual([])
  })

  it('is not green where no Argo CD is asked, and no failure', async () => {
    const scene = await deploys.onGithub(github, config().replace(/^argocd: .*\n/m, ''))
    await scene.place.push(scene.place.base, served('fraud'))

    const { exitCode, text, outputs } = await verify(scene)

    expect([exitCode, text!.split('\n')[0]]).toEqual([0, '· 0 live, 1 not watched'])
    expect(outputs).toEqual({ live: 'false' })
  })

  it('waits for all of them together no longer than it is given', async () => {
    const scene = await deploys.onGithub(github, config())
    await scene.place.push(scene.place.base, { ...served('fraud'), ...served('vision') })
    for (const model of ['fraud', 'vision']) {
      await live(scene, model)
      argo.applications.get(`${model}-staging`)!.application.status.health.status = 'Progressing'
    }
    let at = scene.context.now()
    const stop = new AbortController()
    // The first answer takes all the time there is; whoever waits after that would do so for as long again.
    const info = (line: string) => {
      if (line.startsWith('fraud')) at += 900_000
    }
    const log = { ...scene.context.log, info, live: () => stop.abort('waited') }

    const { exitCode, text } = await verify(scene, { now: () => at, log, signal: stop.signal }, false)

    expect(exitCode).toBe(1)
    expect(text).toContain('❌ 2 not live: fraud in staging, vision in staging, 0 live')
  })

  it('has nothing to say where nothing serves yet', async () => {
    const scene = await deploys.onGithub(github, config())

    expect(await verify(scene)).toMatchObject({
      exitCode: 0,
      text: 'Nothing serves in octo/deploy yet: there is nothing to verify.',
      outputs: { live: 'false' },
    })
  })
})
