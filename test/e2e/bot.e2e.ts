import { execFileSync } from 'node:child_process'
import { describe, expect, inject, it } from 'vitest'
import { apply, kubectl } from './cluster.ts'
import { until } from './processes.ts'

/** `deploy/bot/base` where pods may do no more than is needed: the API server and its controllers take it as it is. */

const cluster = inject('cluster')
const NAMESPACE = 'assay'
const RESTRICTED = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
}
const manifests = execFileSync('kustomize', ['build', 'deploy/bot/base'], { encoding: 'utf8' })
const on = (...words: string[]) => kubectl(cluster, ['-n', NAMESPACE, ...words])
const applied = (text: string, ...more: string[]) =>
  kubectl(cluster, ['apply', '--server-side', '--validate=strict', '-n', NAMESPACE, '-f', '-', ...more], text)

describe('the bot on Kubernetes', () => {
  it('is taken as it is: two pods run, one of which may be away', async () => {
    apply(cluster, [RESTRICTED])
    applied(manifests)

    await until('two pods are available', () => {
      const available = on('get', 'deployment', 'assay-bot', '-o', 'jsonpath={.status.availableReplicas}')
      if (available !== '2') throw new Error(`${available} pods`)
    })
    await until('the budget counts them', () => {
      const counted = '{.status.expectedPods} {.status.disruptionsAllowed}'
      const said = on('get', 'poddisruptionbudget', 'assay-bot', '-o', `jsonpath=${counted}`)
      if (said !== '2 1') throw new Error(said)
    })
    const [pod] = JSON.parse(on('get', 'pods', '-o', 'json')).items
    expect(pod.spec.volumes ?? []).toEqual([])
    for (const kind of ['service/assay-bot', 'service/assay-bot-metrics', 'networkpolicy/assay-bot']) {
      const { spec } = JSON.parse(on('get', kind, '-o', 'json'))
      const labels = spec.selector ?? spec.podSelector.matchLabels
      expect(pod.metadata.labels).toMatchObject(labels)
    }
  })

  it('would not be taken with one right more: the namespace does look', () => {
    const { template } = JSON.parse(on('get', 'deployment', 'assay-bot', '-o', 'json')).spec
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'loose' }, spec: template.spec }
    pod.spec.containers[0].securityContext.allowPrivilegeEscalation = true

    expect(() => applied(JSON.stringify(pod), '--dry-run=server')).toThrow(/violates PodSecurity/)
  })
})
