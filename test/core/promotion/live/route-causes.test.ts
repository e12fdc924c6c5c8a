import { describe, expect, it } from 'vitest'
import { readApplication, readManagedResources } from '../../../../src/core/promotion/live/application.ts'
import { routeCauses } from '../../../../src/core/promotion/live/route-causes.ts'
import { causeWords } from '../../../../src/core/traffic/canary/causes.ts'
import { application, IMAGE, type Json, managed, URI } from '../../../support/argo-world.ts'

const CHALLENGER = { version: 'r42', image: IMAGE, uri: URI }

/** What is said of objects in the cluster beside those of git, with an application changed as a case needs it. */
function told(
  { live, git }: { live: Json[]; git?: Json[] },
  change: (application: Json) => void = () => {},
  isMoved = false,
): string[] {
  const made = application()
  change(made)
  const manifests = readManagedResources(managed(live, git))
  return routeCauses(readApplication(made), manifests, { challenger: CHALLENGER, isMoved }).map(causeWords)
}

function virtualService(weights: readonly number[], more: Json = {}): Json {
  const release = (version: string) => ({ response: { set: { 'x-assay-release': version } } })
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
    metadata: { name: 'churn', ...more },
    spec: {
      http: [
        { match: [{ uri: { exact: '/healthz' } }], route: [{ destination: { host: 'churn' } }] },
        {
          route: [
            {
              destination: { host: 'churn', subset: 'challenger' },
              weight: weights[0],
              headers: release('r42'),
            },
            {
              destination: { host: 'churn', subset: 'champion' },
              weight: weights[1],
              headers: release('r41'),
            },
          ],
        },
      ],
    },
  }
}

function route(weights: readonly (number | undefined)[]): Json {
  const backend = (version: string, weight: number | undefined) => ({
    ...{ name: `churn-${version}`, port: 8080, ...(weight !== undefined && { weight }) },
    filters: [
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x', value: version }] } },
    ],
  })
  return {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'churn' } },
    spec: { rules: [{ backendRefs: [backend('r42', weights[0]), backend('r41', weights[1])] }] },
  }
}

/** As the API server notes who wrote what. */
const written = (manager: string, time: string, fieldsV1: Json, more: Json = {}) => ({
  ...{ manager, operation: 'Update', apiVersion: 'networking.istio.io/v1', time, fieldsType: 'FieldsV1' },
  ...{ fieldsV1, ...more },
})
const SPEC = { 'f:spec': { 'f:http': {} } }

describe('what has moved the share of a canary', () => {
  it('is nothing where the cluster has the weights of git, however it writes them', () => {
    expect(told({ live: [virtualService([5, 95])] })).toEqual([])
    // The API server writes the weight that a backend has without one.
    expect(told({ live: [route([1, 1])], git: [route([undefined, 1])] })).toEqual([])
  })

  it('is whoever wrote other weights last, and Argo CD that was told to leave them', () => {
    const live = virtualService([50, 50], {
      managedFields: [
        written('argocd-controller', '2026-05-20T11:59:00Z', SPEC),
        written('flagger', '2026-05-20T11:30:00Z', SPEC),
        written('kubectl-edit', '2026-05-20T09:00:00Z', SPEC),
        written('pilot-discovery', '2026-05-20T11:40:00Z', SPEC, { subresource: 'status' }),
        written('labeller', '2026-05-20T11:50:00Z', { 'f:metadata': { 'f:labels': {} } }),
      ],
    })

    expect(told({ live: [live], git: [virtualService([5, 95])] })).toEqual([
      'VirtualService churn splits 50 : 50 in the cluster, and git says 5 : 95: a controller fights, flagger wrote it last at 2026-05-20 11:30 UTC, and Argo CD calls that in sync, so its `ignoreDifferences` leave the weights to whatever writes them',
    ])
  })

  it('is somebody at a keyboard where the cluster has noted that, and what Argo CD makes of it is said', () => {
    const live = virtualService([50, 50], {
      managedFields: [written('kubectl-edit', '2026-05-20T11:30:00Z', SPEC)],
    })
    const both = { live: [live], git: [virtualService([5, 95])] }
    const isDifferent = ({ status }: Json) => {
      status.sync.status = 'OutOfSync'
      status.resources.push({ kind: 'VirtualService', name: 'churn', status: 'OutOfSync' })
    }
    expect(told(both, isDifferent)).toEqual([
      expect.stringMatching(
        /somebody changed it by hand, kubectl-edit wrote it last .* Argo CD is to put it back/,
      ),
    ])
    const alone = (one: Json) => {
      isDifferent(one)
      one.spec.syncPolicy.automated.selfHeal = false
    }
    expect(told(both, alone)).toEqual([
      expect.stringMatching(/Argo CD does not put it back without self-heal$/),
    ])
  })

  it('says that nobody knows who wrote it where the cluster has not noted that', () => {
    expect(told({ live: [route([50, 50])], git: [route([5, 95])] })).toEqual([
      expect.stringMatching(
        /^HTTPRoute churn splits 50 : 50 .* git says 5 : 95: who wrote it is not noted, and/,
      ),
    ])
  })

  it('is read of KServe by the object that runs the release', () => {
    const service = (percent: number) => ({
      ...{ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'churn' } },
      spec: { predictor: { canaryTrafficPercent: percent, model: { storageUri: URI } } },
    })
    expect(told({ live: [service(20)], git: [service(5)] })).toEqual([
      expect.stringMatching(/^InferenceService churn splits 20 % in the cluster, and git says 5 %:/),
    ])
  })

  it('is no other model, whose route is in the same application', () => {
    const other = (weights: readonly number[]) =>
      JSON.parse(JSON.stringify(virtualService(weights)).replaceAll('r42', 'r7'))
    expect(told({ live: [other([50, 50])], git: [other([5, 95])] })).toEqual([])
  })

  const heal =
    (attempts: number | undefined, kind = 'VirtualService') =>
    ({ status }: Json) => {
      const { sync } = status.operationState.operation
      Object.assign(sync, { autoHealAttemptsCount: attempts, resources: [{ kind, name: 'churn' }] })
    }

  it('is Argo CD where it put the route back, and says how often in a row', () => {
    const live = [virtualService([5, 95])]
    expect(told({ live }, heal(1))).toEqual([
      'Argo CD put VirtualService churn back to what git says at 2026-05-20 10:01 UTC: something else had changed it, and until then its weights may have been others',
    ])
    expect(told({ live }, heal(3))).toEqual([expect.stringContaining(', for the 3rd time in a row: ')])
    expect(told({ live }, heal(undefined))).toEqual([])
    expect(told({ live }, heal(1, 'Deployment'))).toEqual([])
  })

  it('where a Rollout moves the weights they are not those of git, and Argo CD that resets them is named all the same', () => {
    const rollout = {
      ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'churn' } },
      spec: {
        template: { spec: { containers: [{ image: `${IMAGE.name}@${IMAGE.digest}` }] } },
        strategy: { canary: { trafficRouting: { istio: { virtualService: { name: 'churn' } } } } },
      },
    }
    const unnamed = (weights: readonly number[]) =>
      JSON.parse(JSON.stringify(virtualService(weights)).replaceAll('r42', 'r7'))
    const live = [rollout, unnamed([25, 75])]

    expect(told({ live, git: [unnamed([0, 100])] }, heal(2), true)).toEqual([
      expect.stringMatching(/^Argo CD put VirtualService churn back .* for the 2nd time in a row/),
    ])
  })
})
