import { describe, expect, it } from 'vitest'
import { controllerState, rolloutOf } from '../../../../src/core/promotion/live/rollout-canary.ts'
import { IMAGE, type Json, OLD_DIGEST } from '../../../support/argo-world.ts'

/** The status of a Rollout as argo-rollouts 1.9 writes it. */

const CHALLENGER = { image: IMAGE }
const COUNTED = `${IMAGE.name}@${IMAGE.digest}`

function live(change: (rollout: Json) => void = () => {}) {
  const rollout: Json = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'churn', namespace: 'ml', generation: 4 },
    spec: { template: { spec: { containers: [{ name: 'server', image: COUNTED }] } } },
    status: {
      ...{ observedGeneration: '4', phase: 'Progressing', message: 'more replicas need to be updated' },
      ...{ stableRS: '5d8f', currentPodHash: '6c9b', currentStepIndex: 1 },
      canary: {
        weights: {
          canary: { podTemplateHash: '6c9b', serviceName: 'churn-canary', weight: 5 },
          stable: { podTemplateHash: '5d8f', serviceName: 'churn-stable', weight: 95 },
        },
      },
    },
  }
  change(rollout)
  return { kind: 'Rollout', namespace: 'ml', name: 'churn', live: rollout }
}
const state = (change?: (rollout: Json) => void) => controllerState(live(change), CHALLENGER)

describe('where the controller of a Rollout is', () => {
  it('is at the weight that it routes by', () => {
    expect(state()).toEqual({ at: 'weight', weight: 5 })
  })

  it('is at the end once the new version is the stable one, and healthy', () => {
    const isStable = (one: Json) => {
      one.status.stableRS = '6c9b'
    }
    const isHealthy = (one: Json) => {
      isStable(one)
      one.status.phase = 'Healthy'
    }
    expect(state(isHealthy)).toEqual({ at: 'all' })
    expect(state(isStable)).toEqual({
      at: 'unknown',
      why: 'Rollout churn gives it all of the traffic and is not healthy yet',
    })
  })

  it('has given up, with its own words, masked and short', () => {
    const why = 'Metric "assay" assessed Failed due to failed (1) > failureLimit (0), ask ada@example.com'
    const told = state(one => Object.assign(one.status, { abort: true, phase: 'Degraded', message: why }))

    expect(told).toMatchObject({ at: 'aborted', why: expect.stringContaining('assessed Failed') })
    expect(JSON.stringify(told)).not.toContain('ada@example.com')
    expect(state(one => Object.assign(one.status, { abort: true, message: undefined }))).toEqual({
      at: 'aborted',
      why: 'Rollout churn was aborted',
    })
  })

  it.each<[string, (rollout: Json) => void, string]>([
    ['of a Rollout that was changed since', one => (one.metadata.generation = 5), 'has not seen that yet'],
    ['of another image', one => (one.spec.template.spec.containers[0].image = `${IMAGE.name}@${OLD_DIGEST}`), 'does not have the image'],
    ['without weights', one => delete one.status.canary, 'tells no weights'],
    ['of the weights of another version', one => (one.status.canary.weights.canary.podTemplateHash = '5d8f'), 'another version'],
    ['of weights that are not verified', one => (one.status.canary.weights.verified = false), 'has not seen its weights'],
    ['before the first step', one => (one.status.canary.weights.canary.weight = 0), 'gives it 0 % now'],
    ['with all before the end', one => (one.status.canary.weights.canary.weight = 100), 'gives it 100 % now'],
    ['with half a percent', one => (one.status.canary.weights.canary.weight = 0.5), 'no share that can be read'],
    ['without a status', one => delete one.status, 'has not seen that yet'],
    ['without hashes', one => delete one.status.currentPodHash, 'which pods'],
  ])('is not known by a status %s', (_, change, words) => {
    expect(state(change)).toEqual({ at: 'unknown', why: expect.stringContaining(words) })
  }) // biome-ignore format: one table

  it('is asked of the one Rollout that has the image', () => {
    const other = live(one => {
      one.metadata.name = 'other'
      one.spec.template.spec.containers[0].image = 'ghcr.io/acme/other:1'
    })
    expect(rolloutOf([{ ...other, name: 'other' }, live()], CHALLENGER)).toEqual({
      ...{ group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', namespace: 'ml', name: 'churn' },
    })
    expect(rolloutOf([other], CHALLENGER)).toEqual({ failed: 'no Rollout in the cluster has its image yet' })
    expect(rolloutOf([live(), { ...live(), name: 'twin' }], CHALLENGER)).toMatchObject({
      failed: expect.stringContaining('2 Rollouts'),
    })
  })
})
