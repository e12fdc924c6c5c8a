import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, inject, it } from 'vitest'
import { whyTooLarge } from '../../src/commands/model/profile-size.ts'
import { Watch } from '../../src/core/deploy-config/watch.ts'
import type { ModelProfile } from '../../src/core/traffic/profile/profile.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { isCarriedPlain, watchFile } from '../../src/targets/watch/watch-file.ts'
import { profileOf } from '../support/profiles.ts'
import { apply, kubectl } from './cluster.ts'
import { until } from './processes.ts'

/** `deploy/collector` and what a promotion writes, as the API server takes them. */

const cluster = inject('cluster')
const NAMESPACE = 'models'
const RESTRICTED = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
}
const built = (folder: string) => execFileSync('kustomize', ['build', folder], { encoding: 'utf8' })
const on = (...words: string[]) => kubectl(cluster, ['-n', NAMESPACE, ...words])
const strictly = (text: string, ...more: string[]) =>
  kubectl(cluster, ['apply', '--server-side', '--validate=strict', '-n', NAMESPACE, '-f', '-', ...more], text)

describe('the collector on Kubernetes', () => {
  it('is taken as it is: one pod that may do nothing', async () => {
    apply(cluster, [RESTRICTED])
    strictly(built('deploy/collector/base'))

    await until('its pod is there', () => {
      const found = on('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}')
      if (found !== 'assay-collector-0') throw new Error(found)
    })
    const [pod] = JSON.parse(on('get', 'pods', '-o', 'json')).items
    for (const kind of [
      'service/assay-collector',
      'service/assay-collector-events',
      'networkpolicy/assay-collector',
    ]) {
      const { spec } = JSON.parse(on('get', kind, '-o', 'json'))
      expect(pod.metadata.labels).toMatchObject(spec.selector ?? spec.podSelector.matchLabels)
    }
    strictly(
      readFileSync('deploy/collector/prometheus-operator/service-monitor.yaml', 'utf8'),
      '--dry-run=server',
    )
  })

  it('finds all that a promotion writes: no kind, field or size is refused', () => {
    const golden = readFileSync('test/golden/watch/model-watch.yaml', 'utf8')
    const taken = strictly(golden, '--dry-run=server').trim().split('\n')
    expect(taken).toHaveLength(6)
    expect(() => strictly(golden.replaceAll('record: ', 'called: '), '--dry-run=server')).toThrow(
      /field not declared in schema/,
    )

    // A hundred features of twenty bins as they are, and one that hardly goes with a release: as Argo CD applies them.
    for (const profile of [wide(100, 20), wide(1500, 30)]) {
      const text = renderProfile(profile)
      expect(whyTooLarge(profile)).toBeUndefined()
      const packed = isCarriedPlain(text) ? undefined : gzipSync(text).toString('base64')
      const of = { model: 'churn', version: 'v1', environment: 'production' }
      const written = watchFile(
        { ...of, profile: { value: profile, text, ...(packed !== undefined && { packed }) } },
        Watch.parse({ profile: true }),
      )!
      kubectl(cluster, ['apply', '-n', NAMESPACE, '-f', '-'], written.text)
      const { data, binaryData } = JSON.parse(on('get', 'configmap', 'assay-profile-churn', '-o', 'json'))
      const there = binaryData
        ? gunzipSync(Buffer.from(binaryData['model-profile.json.gz'], 'base64')).toString()
        : data['model-profile.json']
      expect(there === text).toBe(true)
      expect(data.release).toBe('v1')
    }
  })
})

function wide(features: number, bins: number): ModelProfile {
  return profileOf({
    rows: bins * 1000,
    features: Array.from({ length: features }, (_, index) => ({
      name: `feature_${index}`,
      type: 'number' as const,
      edges: Array.from(
        { length: bins - 1 },
        (_, edge) => (edge + 1) * 100 + ((index * 7919 + edge * 104_729) % 97),
      ),
      counts: new Array<number>(bins).fill(1000),
      missing: 0,
    })),
  })
}
