import { beforeAll, describe, expect, inject, it } from 'vitest'
import { lookAgain, readApplication, syncByHand } from './argocd.ts'
import { ask, assay, release, type Told, verify } from './assay.ts'
import { killController, kubectl, startController } from './cluster.ts'
import { until } from './processes.ts'
import { commitToDeploy, readDeploy, readProposed } from './repositories.ts'

/** States of one application, one after the other; each test mends what it broke. */

const cluster = inject('cluster')
const repositories = inject('repositories')
const tokens = inject('tokens')
const DEPLOYMENT = ['deployment', 'kit', '-n', 'ml-staging']
const OTHER_IMAGE = `server=ghcr.io/acme/kit@sha256:${'f'.repeat(64)}`
const SILENT = /^❓ kit \S+ in staging: unknown: Argo CD was asked to look again and has not/m
const OVERLAY = 'apps/kit/overlays/staging/kustomization.yaml'
const RECORD = 'apps/kit/overlays/staging/model-release.yaml'
const BASE = 'apps/kit/base/kustomization.yaml'

beforeAll(async () => {
  await release('kit', '3c', 's3://models/kit/1')
  await becomesLive()
})

/**
 * What `verify` says, once: not live, and why; and it is not proposed for production. What was proposed of an older release that
 * was live stays, and is then what `promote` speaks of.
 */
async function isHeld(words: RegExp): Promise<void> {
  const told = await ask('kit', 'staging')
  expect(told.text).toMatch(words)
  expect(told.code).toBe(1)
  const promoted = await assay(['promote', 'kit', '--environment', 'production'])
  const proposed = readProposed(repositories, 'production', 'kit')
  if (proposed === undefined) expect(promoted.text).toMatch(/kit in production: .* in staging: \w/)
  else expect(proposed).not.toContain(/^version: .*$/m.exec(readDeploy(repositories, RECORD))![0])
}

async function becomesLive(): Promise<Told> {
  const told = await verify('kit', 'staging')
  expect(told.text).toContain('in staging: live')
  return told
}

async function comparedWith(words: string): Promise<void> {
  await until(words, () => {
    lookAgain(cluster, 'kit-staging')
    const { status } = readApplication(cluster, 'kit-staging')
    if (!JSON.stringify(status).includes(words)) throw new Error(JSON.stringify(status.sync))
  })
}

describe('with the application controller dead', () => {
  beforeAll(() => killController(cluster))

  it.each<[string, string[]]>([
    ['the image was changed by hand', ['set', 'image', ...DEPLOYMENT, OTHER_IMAGE]],
    ['it was scaled to 0', ['scale', ...DEPLOYMENT, '--replicas=0']],
    ['the Deployment was deleted', ['delete', ...DEPLOYMENT]],
  ])('nobody knows whether it is live where %s', async (_, change) => {
    kubectl(cluster, change)
    const { sync, health } = readApplication(cluster, 'kit-staging').status
    expect([sync.status, health.status]).toEqual(['Synced', 'Healthy'])

    const told = await ask('kit', 'staging')

    expect(told.text).toMatch(SILENT)
    expect(told.code).toBe(1)
  })

  it('nothing is opened for production', () => isHeld(SILENT))

  it('it is known again once the controller is back', async () => {
    startController(cluster)
    await isHeld(/^⛔ kit \S+ in staging: blocked: out of sync: Deployment kit|in staging: degraded/m)
    await syncByHand('kit-staging', tokens)
    await becomesLive()
  })
})

describe('a change by hand in the cluster', () => {
  it.each<[string, string[]]>([
    ['of the image', ['set', 'image', ...DEPLOYMENT, OTHER_IMAGE]],
    ['to 0 replicas', ['scale', ...DEPLOYMENT, '--replicas=0']],
    ['that deletes the Deployment', ['delete', ...DEPLOYMENT]],
  ])('%s is not live', async (_, change) => {
    kubectl(cluster, change)

    await isHeld(/in staging: (blocked|progressing|degraded): .*Deployment kit/)

    await syncByHand('kit-staging', tokens)
    await becomesLive()
  })

  it('0 replicas in git are healthy to Argo CD, and serve nobody', async () => {
    const before = readDeploy(repositories, OVERLAY)
    commitToDeploy(repositories, 'Nothing at night', {
      [OVERLAY]: `${before}\nreplicas: [{ name: kit, count: 0 }]\n`,
    })
    const head = async () => {
      const told = await ask('kit', 'staging')
      if (!told.text.includes('0 replicas')) throw new Error(told.text)
    }
    await until('it is scaled to 0', head)

    await isHeld(/^⛔ kit \S+ in staging: blocked: Deployment kit has 0 replicas: nothing serves$/m)

    commitToDeploy(repositories, 'By day', { [OVERLAY]: before })
    await until('it is scaled up', async () => {
      const told = await ask('kit', 'staging')
      if (told.code !== 0) throw new Error(told.text)
    })
  })
})

describe('without prune', () => {
  it('a ConfigMap that only waits to be pruned holds no release', async () => {
    kubectl(cluster, [
      'patch',
      'applicationset',
      'models',
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'remove', path: '/spec/template/spec/syncPolicy/automated/prune' }]),
    ])
    await until('prune is off', () => {
      if (readApplication(cluster, 'kit-staging').spec.syncPolicy.automated.prune) throw new Error('on')
    })
    await release('kit', '4d', 's3://models/kit/2')

    const told = await becomesLive()

    expect(readApplication(cluster, 'kit-staging').status.sync.status).toBe('OutOfSync')
    expect(told.text).toMatch(/ConfigMap kit-model-\w+ waits to be pruned/)
  })

  it('a Deployment that git has no more holds it, and the way out is told', async () => {
    const base = readDeploy(repositories, BASE)
    const old = readDeploy(repositories, 'apps/kit/base/deployment.yaml').replace(
      'name: kit\n',
      'name: kit-old\n',
    )
    commitToDeploy(repositories, 'A second one', {
      [BASE]: base.replace('  - deployment.yaml\n', '  - deployment.yaml\n  - old.yaml\n'),
      'apps/kit/base/old.yaml': old,
    })
    await comparedWith('"name":"kit-old"')
    await becomesLive()
    commitToDeploy(repositories, 'No second one', { [BASE]: base, 'apps/kit/base/old.yaml': undefined })
    await comparedWith('"kind":"Deployment","name":"kit-old","namespace":"ml-staging","requiresPruning":true')

    await isHeld(
      /in staging: blocked: what git has no more is still there: Deployment kit-old has ghcr.io\/acme\/kit@sha256:4d\S+; sync with prune/,
    )

    await syncByHand('kit-staging', tokens)
    // For a moment it is there still, waiting for its own deletion.
    await until('it is pruned', async () => {
      const told = await ask('kit', 'staging')
      if (told.code !== 0) throw new Error(told.text)
    })
  })
})

describe('a later commit', () => {
  it('whose sync fails holds it with the error, also while it is tried again, until the next commit mends it', async () => {
    const before = readDeploy(repositories, OVERLAY)
    const broken = `${before}\npatches:\n  - target: { kind: Service, name: kit }\n    patch: '[{"op":"replace","path":"/spec/ports/0/port","value":99999}]'\n`
    commitToDeploy(repositories, 'A port that is none', { [OVERLAY]: broken })
    await comparedWith('Retrying attempt')
    expect(readApplication(cluster, 'kit-staging').operation).toBeDefined()

    expect((await ask('kit', 'staging')).text).toMatch(/in staging: progressing: a sync is running: .*99999/)
    await comparedWith('"phase":"Failed"')
    await isHeld(/^❌ kit \S+ in staging: degraded: the sync failed and is not tried again: .*99999/m)

    commitToDeploy(repositories, 'The port that was', { [OVERLAY]: before })
    await until('Argo CD is in sync', () => {
      lookAgain(cluster, 'kit-staging')
      const { status } = readApplication(cluster, 'kit-staging')
      const only = status.resources.filter(
        (one: { status: string; requiresPruning?: boolean }) => one.status !== 'Synced',
      )
      if (only.length > 0) throw new Error(JSON.stringify(only))
    })
    expect(readApplication(cluster, 'kit-staging').status.operationState.phase).toBe('Failed')
    await becomesLive()
  })
})
