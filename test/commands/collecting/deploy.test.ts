import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { COLLECT_OPTIONS } from '../../../src/commands/collecting/options.ts'
import { testFolder } from '../../support/git-repository.ts'
import { schemaProblems } from '../../support/manifest-schemas.ts'
import { missing } from '../../support/tools.ts'

/** `deploy/collector`: how the collector runs in a cluster. */

const read = (path: string) => readFileSync(path, 'utf8')
const { folder, remove } = testFolder()
afterAll(remove)

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Json = any
const all = (text: string): Json[] => parseAllDocuments(text).map(document => document.toJS())
const base: Json[] = readdirSync('deploy/collector/base')
  .filter(name => name !== 'kustomization.yaml')
  .flatMap(name => all(read(`deploy/collector/base/${name}`)))
const only = (kind: string, from = base) => from.find(one => one.kind === kind)
const { spec } = only('StatefulSet')
const pod = spec.template.spec
const [container] = pod.containers
const argument = (name: string) =>
  container.args.find((one: string) => one.startsWith(`--${name}=`))?.slice(name.length + 3)

describe('the image of the collector', () => {
  const lines = read('deploy/collector/Dockerfile').split('\n')
  const own = lines.filter(line => line !== '' && !line.startsWith('#'))

  it('is made as that of the bot, on the same images: Node and the commands, and nothing is run to build it', () => {
    const bot = read('deploy/bot/Dockerfile').split('\n')
    const shared = (text: string[]) => text.filter(line => /^(ARG|FROM|USER|COPY --from)/.test(line))
    expect(shared(own)).toEqual(shared(bot))
    expect(own.filter(line => /^(RUN|ADD)\b/.test(line))).toEqual([])
    expect(own.filter(line => line.startsWith('COPY dist'))).toEqual([
      'COPY dist/package.json dist/cli.js dist/licenses.txt /opt/assay/',
      'COPY dist/cli /opt/assay/cli',
    ])
  })

  it('runs as the user, and listens at the ports, that the manifests say', () => {
    const ports = container.ports.map((port: Json) => port.containerPort)
    expect(own).toContain(`USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`)
    expect(own).toContain(`EXPOSE ${ports.join(' ')}`)
    expect([argument('port'), argument('network-port')]).toEqual(ports.map(String))
  })
})

describe('the collector on Kubernetes', () => {
  it('is one process, and the old one is gone before the new one begins', () => {
    expect([only('StatefulSet').kind, spec.replicas]).toEqual(['StatefulSet', 1])
    // It ends by itself before it is killed.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10)
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' })
  })

  it('is started with options that there are, and finds what they name', () => {
    const [command, ...options] = container.args as string[]
    const names = options.map(option => /^--([a-z-]+)=/.exec(option)![1]!)
    expect(command).toBe('collect')
    expect(names.filter(name => !Object.hasOwn(COLLECT_OPTIONS, name))).toEqual([])
    const mounted = container.volumeMounts.map((one: Json) => one.mountPath)
    for (const path of [argument('profiles'), dirname(argument('tokens')), argument('locks')])
      expect(mounted).toContain(path)
    expect(container.env.map((one: Json) => `$(${one.name})`)).toContain(argument('environment'))
  })

  it('may do nothing that it does not need', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const writable = pod.volumes.filter((one: Json) => one.emptyDir)
    expect(writable.map((one: Json) => one.emptyDir.sizeLimit)).toEqual(['1Mi', '1Mi'])
    expect(base.map(one => one.kind)).not.toContain('Secret')
  })

  it('opens the port of those without a token to nobody, and asks nobody for anything', () => {
    const { ingress, egress, policyTypes } = only('NetworkPolicy').spec
    expect(ingress).toEqual([{ ports: [{ port: 'http' }] }])
    expect([egress, policyTypes]).toEqual([[], ['Ingress', 'Egress']])
    const services = base.filter(one => one.kind === 'Service')
    expect(services.map(one => [one.metadata.name, one.spec.ports[0].targetPort])).toEqual([
      ['assay-collector', 'http'],
      ['assay-collector-events', 'events'],
    ])
  })

  it.skipIf(missing('kustomize', 'version'))('is built as docs/collector.md shows it', () => {
    const [, overlay = ''] = /```yaml\n(# kustomization\.yaml\n[\s\S]*?)```/.exec(read('docs/collector.md'))!
    const at = join(folder, 'overlay')
    mkdirSync(at)
    const there = relative(at, 'deploy/collector')
    writeFileSync(join(at, 'kustomization.yaml'), overlay.replaceAll('deploy/collector', there))
    expect(parse(overlay)).toMatchObject({ resources: ['deploy/collector/base'] })
    const text = execFileSync('kustomize', ['build', at], { encoding: 'utf8' })
    const built = all(text)

    expect(schemaProblems(text)).toEqual([])
    expect(new Set(built.map(one => one.metadata.namespace))).toEqual(new Set(['models']))
    const { template, selector } = only('StatefulSet', built).spec
    const [{ image, env, args, volumeMounts }] = template.spec.containers
    expect(image).toBe('registry.example.com/assay-collector:v0')
    expect(env).toEqual([{ name: 'ENVIRONMENT', value: 'production' }])
    expect(args).toContain('--receipt-keys=/etc/assay/receipt-keys')
    const named = volumeMounts.map((one: Json) => one.name).sort()
    expect(named).toEqual(template.spec.volumes.map((one: Json) => one.name).sort())
    expect(named).toContain('churn')
    const selectors = [
      selector.matchLabels,
      only('NetworkPolicy', built).spec.podSelector.matchLabels,
      ...built.filter(one => one.kind === 'Service').map(one => one.spec.selector),
    ]
    for (const labels of selectors) {
      expect(Object.keys(labels)).not.toEqual([])
      expect(template.metadata.labels).toMatchObject(labels)
    }
    const monitor = only('ServiceMonitor', built).spec
    const found = built.filter(
      one =>
        one.kind === 'Service' &&
        one.metadata.labels['app.kubernetes.io/name'] ===
          monitor.selector.matchLabels['app.kubernetes.io/name'] &&
        one.spec.ports.some((port: Json) => port.name === monitor.endpoints[0].port),
    )
    expect(found.map(one => one.metadata.name)).toEqual(['assay-collector'])
  })
})
