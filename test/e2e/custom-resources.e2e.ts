import { describe, expect, inject, it } from 'vitest'
import { readApplication } from './argocd.ts'
import { ask, assay, release, verify } from './assay.ts'
import { kubectl } from './cluster.ts'
import { until } from './processes.ts'
import { mergePromotion } from './repositories.ts'

/** Kinds whose controllers are not here: the tests write the status that those would. A chart beside them. */

const cluster = inject('cluster')

/** As their controllers do; what the status has beside it stays. */
function writeStatus(kind: string, name: string, namespace: string, status: object): void {
  const object = JSON.parse(kubectl(cluster, ['get', kind, name, '-n', namespace, '-o', 'json']))
  const path = `/apis/${object.apiVersion}/namespaces/${namespace}/${kind}s/${name}/status`
  const written = { ...object, status: { ...object.status, ...status } }
  kubectl(cluster, ['replace', '--raw', path, '-f', '-'], JSON.stringify(written))
}

function generationOf(kind: string, name: string, namespace: string): number {
  const where = ['-n', namespace, '-o', 'jsonpath={.metadata.generation}']
  return Number(kubectl(cluster, ['get', kind, name, ...where]))
}

async function synced(application: string): Promise<void> {
  await until(`${application} is synced`, () => {
    const { sync, operationState } = readApplication(cluster, application).status
    if (sync.status !== 'Synced' || operationState?.phase !== 'Succeeded')
      throw new Error(JSON.stringify(sync))
  })
}

describe('an InferenceService of KServe', () => {
  const condition = (type: string, status = 'True') => ({
    type,
    status,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z/, 'Z'),
  })
  const serving = (transitionStatus: string, ready = 'True') => ({
    observedGeneration: generationOf('inferenceservice', 'fraud', 'ml-staging'),
    conditions: ['IngressReady', 'PredictorReady', 'Ready'].map(type => condition(type, ready)),
    components: {
      predictor: {
        latestCreatedRevision: 'fraud-2',
        latestReadyRevision: 'fraud-2',
        latestRolledoutRevision: 'fraud-2',
      },
    },
    modelStatus: {
      transitionStatus,
      states: {
        activeModelState: 'Loaded',
        targetModelState: transitionStatus === 'UpToDate' ? 'Loaded' : 'Loading',
      },
      copies: { failedCopies: 0, totalCopies: 1 },
    },
  })

  it('is live once KServe says that the model of the release is loaded, not when Argo CD calls it healthy', async () => {
    await release('fraud', '6f', 's3://models/fraud/8')
    await until('it is in the cluster', () => {
      const uri = kubectl(cluster, [
        'get',
        'inferenceservice',
        'fraud',
        '-n',
        'ml-staging',
        '-o',
        'jsonpath={..storageUri}',
      ])
      if (uri !== 's3://models/fraud/8') throw new Error(uri)
    })
    await synced('fraud-staging')
    writeStatus('inferenceservice', 'fraud', 'ml-staging', serving('InProgress'))
    const loading = await ask('fraud', 'staging')
    expect(loading.text).toMatch(/^⏳ fraud \S+ in staging: progressing: .*(loading the model|not ready)/m)

    writeStatus('inferenceservice', 'fraud', 'ml-staging', serving('UpToDate'))
    expect((await verify('fraud', 'staging')).text).toContain('in staging: live')

    writeStatus('inferenceservice', 'fraud', 'ml-staging', {
      modelStatus: { transitionStatus: 'BlockedByFailedLoad', lastFailureInfo: { message: 'no such file' } },
    })
    const failed = await ask('fraud', 'staging')
    expect(failed.text).toMatch(/^❌ fraud \S+ in staging: degraded: .*/m)
  })
})

describe('a Rollout, with the VirtualService that it steers', () => {
  it('is live at the end of its canary', async () => {
    await release('ranking', '7a', 's3://models/ranking/8')
    mergePromotion(inject('repositories'), 'production', 'ranking')
    await until('it is in the cluster', () => {
      const image = kubectl(cluster, [
        'get',
        'rollout',
        'ranking',
        '-n',
        'ml-production',
        '-o',
        'jsonpath={..image}',
      ])
      if (!image.includes('7a7a')) throw new Error(image)
    })
    await synced('ranking-production')
    const common = () => ({
      observedGeneration: String(generationOf('rollout', 'ranking', 'ml-production')),
      replicas: 4,
      updatedReplicas: 1,
      readyReplicas: 4,
      availableReplicas: 4,
      currentPodHash: 'b',
      stableRS: 'a',
    })
    writeStatus('rollout', 'ranking', 'ml-production', {
      ...common(),
      phase: 'Paused',
      message: 'CanaryPauseStep',
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }],
    })
    const paused = await ask('ranking', 'production')
    expect(paused.text).toMatch(/^⏳ ranking \S+ in production: progressing: /m)

    writeStatus('rollout', 'ranking', 'ml-production', {
      ...common(),
      phase: 'Healthy',
      message: undefined,
      pauseConditions: undefined,
      updatedReplicas: 4,
      stableRS: 'b',
    })
    expect((await verify('ranking', 'production')).text).toContain('in production: live')
    expect(kubectl(cluster, ['get', 'virtualservice', '-n', 'ml-production', '-o', 'name'])).toContain(
      'ranking',
    )
  })
})

describe('a chart', () => {
  it('is live with the values of its environment', async () => {
    await release('forecast', '8b', 's3://models/forecast/8')

    expect((await verify('forecast', 'staging')).text).toContain('in staging: live')
    expect(
      kubectl(cluster, [
        'get',
        'deployment',
        'forecast-staging',
        '-n',
        'ml-staging',
        '-o',
        'jsonpath={..image}',
      ]),
    ).toContain('8b8b')
    expect((await assay(['inventory', '--model', 'forecast'])).text).toMatch(/forecast +staging +\S+/)
  })
})
