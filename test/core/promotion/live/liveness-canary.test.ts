import { describe, expect, it } from 'vitest'
import {
  deployment,
  IMAGE,
  inferenceService,
  type Json,
  judge,
  OLD_DIGEST,
  URI,
  type World,
  world,
} from '../../../support/argo-world.ts'

/** The release of the record is the champion and serves; another is tried beside it. */

const TRIED = { ...IMAGE, digest: OLD_DIGEST }
const NEXT = 's3://models/churn/43'

const inDeployments = (change: (one: World) => void = () => {}) =>
  world(one => {
    one.live = [deployment(), deployment('churn-challenger', OLD_DIGEST)]
    one.release = { ...one.release, beside: { image: TRIED } }
    change(one)
  })

const inKserve = (change: (service: Json, one: World) => void = () => {}) =>
  world(one => {
    const service = inferenceService(NEXT)
    service.spec.predictor.canaryTrafficPercent = 5
    service.status.components.predictor.latestRolledoutRevision = 'churn-predictor-00006'
    one.live = [service]
    const { image: _, ...release } = one.release
    one.release = { ...release, uri: URI, beside: { uri: NEXT } }
    change(service, one)
  })

const inTwoServices = (change: (one: World, challenger: Json) => void = () => {}) =>
  world(one => {
    const challenger = inferenceService(NEXT)
    challenger.metadata.name = 'churn-challenger'
    one.live = [inferenceService(), challenger]
    const { image: _, ...release } = one.release
    one.release = { ...release, uri: URI, beside: { uri: NEXT } }
    change(one, challenger)
  })

describe('while a release is tried beside what serves', () => {
  it('what serves is live, with both versions of the image there and the application at a step', () => {
    expect(judge(inDeployments()).state).toBe('live')
    expect(judge(inDeployments(one => (one.application.status.health.status = 'Suspended'))).state).toBe(
      'live',
    )
  })

  it('and in KServe: as the revision that has the rest of the traffic, or as a service of its own', () => {
    expect(judge(inKserve())).toMatchObject({ state: 'live' })
    expect(judge(inTwoServices())).toMatchObject({ state: 'live' })
  })

  it('what is tried is asked for where its step is: what serves is live without it, and the step is not', () => {
    const gone = (isAwaited: boolean) =>
      inDeployments(one => {
        one.live = [deployment()]
        const image = { ...IMAGE, digest: `sha256:${'3d'.repeat(32)}` }
        one.release = { ...one.release, beside: { image, ...(isAwaited && { isAwaited }) } }
      })
    expect(judge(gone(false)).state).toBe('live')
    expect(judge(gone(true))).toMatchObject({
      state: 'progressing',
      reasons: ['nothing in the cluster has the release that is tried'],
    })
  })

  it.each<[string, World, RegExp]>([
    [
      'a third version is there',
      inDeployments(one => one.live.push(deployment('churn-third', `sha256:${'3d'.repeat(32)}`))),
      /another version is still there/,
    ],
    [
      'what serves is gone',
      inDeployments(one => (one.live = [deployment('churn-challenger', OLD_DIGEST)])),
      /nothing in the cluster has the image/,
    ],
    [
      'nothing is tried any more',
      inDeployments(one => delete (one.release as Json).beside),
      /another version is still there/,
    ],
    [
      'what is tried is not ready',
      inKserve(s => (s.status.components.predictor.latestReadyRevision = 'churn-predictor-00006')),
      /newest revision is not ready/,
    ],
    [
      'the service of what serves is gone',
      inTwoServices((one, challenger) => (one.live = [challenger])),
      /nothing in the cluster has the model/,
    ],
    [
      'the service of what serves has the model that is tried',
      inTwoServices((one, challenger) => (one.live = [inferenceService(NEXT), challenger])),
      /nothing in the cluster has the model/,
    ],
    [
      'the service of what is tried has not loaded it',
      inTwoServices((_, s) => (s.status.modelStatus.transitionStatus = 'InProgress')),
      /churn-challenger is loading the model/,
    ],
    [
      'the service of what is tried has the model of neither',
      inTwoServices((_, s) => (s.spec.predictor.model.storageUri = 's3://models/churn/9')),
      /another version is still there: InferenceService churn-challenger has/,
    ],
    [
      'another model than that is tried',
      inKserve((_, one) => (one.release = { ...one.release, beside: { uri: 's3://models/churn/99' } })),
      /nothing in the cluster has the model/,
    ],
  ])('it is not live where %s', (_, given, reason) => {
    const { state, reasons } = judge(given)

    expect(state).not.toBe('live')
    expect(reasons.join('; ')).toMatch(reason)
  })

  it('is live again once the other is taken back, and the revision before keeps all of the traffic', () => {
    const back = (annotations: Json) =>
      judge(
        inKserve((service, one) => {
          service.spec.predictor.model.storageUri = URI
          service.spec.predictor.canaryTrafficPercent = 0
          service.metadata.annotations = annotations
          delete (one.release as Json).beside
        }),
      )

    expect(back({ 'assay/canary': 'Knative' }).state).toBe('live')
    expect(back({}).reasons.join()).toMatch(/all the traffic|0 % of the traffic/)
  })
})
