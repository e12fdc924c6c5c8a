import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { VARIABLES } from '../../bot/settings/variables.ts'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const { folder, remove } = testFolder()
afterAll(remove)

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Json = any
const base: Json[] = readdirSync('deploy/bot/base')
  .filter(name => name !== 'kustomization.yaml')
  .flatMap(name => parseAllDocuments(read(`deploy/bot/base/${name}`)).map(document => document.toJS()))
const only = (kind: string, from = base) =>
  from.find(one => one.kind === kind && one.metadata.name === 'assay-bot')
const deployment = only('Deployment')
const [container] = deployment.spec.template.spec.containers

/** An image that somebody else pushed. */
const FOREIGN = `sha256:${'f'.repeat(64)}`

/** The lines of the Dockerfile that say something, of its last stage. */
const stages = read('deploy/bot/Dockerfile')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .join('\n')
  .split(/^(?=FROM )/m)
  .map(stage => stage.trim().split('\n'))

describe('the image of the bot', () => {
  it('is Node and one file: nothing is run to build it, and nothing in it could install something', () => {
    const words = stages.flat().map(line => line.split(' ')[0])
    expect(words).not.toContain('RUN')
    expect(words).not.toContain('ADD')
    expect(stages.at(-1)!.filter(line => line.startsWith('COPY'))).toEqual([
      'COPY --from=node /usr/local/bin/node /usr/local/bin/node',
      'COPY dist/package.json dist/bot.js dist/licenses.txt /opt/assay/',
    ])
    expect(stages.at(-1)).toContain('ENTRYPOINT ["/usr/local/bin/node", "/opt/assay/bot.js"]')
  })

  it('has the Node of the tests', () => {
    const { version } = JSON.parse(read('node_modules/node/package.json')) as { version: string }
    const [images, node] = stages
    const named = new Map(images!.map(line => line.replace('ARG ', '').split('=') as [string, string]))
    expect(node).toEqual([`FROM \${NODE_IMAGE} AS node`])
    expect(named.get('NODE_IMAGE')!.split('@')[0]).toBe(`docker.io/library/node:${version}-bookworm-slim`)
    expect([...named.keys()]).toEqual(['NODE_IMAGE', 'RUNTIME_IMAGE'])
  })

  it('is built for a release on base images by digest, which are asked for and not made up', () => {
    const { jobs } = parse(read('.github/workflows/release.yml'))
    const { run } = jobs.image.steps.find(({ id }: Json) => id === 'push')
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    const fake = (name: string, script: string) =>
      writeFileSync(join(bin, name), `#!/bin/bash\nset -u\n${script}\n`, { mode: 0o755 })
    // The registry has what was pushed last under the name, by whomever; else a digest of each name.
    fake(
      'docker',
      `echo "$*" >> ${folder}/calls
case "$1 \${2:-}" in
  'buildx imagetools')
    case "$4" in
      *assay-bot:*) printf '"%s"' "$(cat ${folder}/pushed)" || exit 1 ;;
      *) printf '"sha256:%s"' "$(echo -n "$4" | sha256sum | cut -d' ' -f1)" ;;
    esac ;;
  push*)
    digest=sha256:$(wc -l < ${folder}/calls | sha256sum | cut -d' ' -f1)
    echo $digest > ${folder}/pushed
    echo 'The push refers to repository [ghcr.io/assay-ml/assay-bot]'
    echo "${'a'.repeat(40)}: digest: $digest size: 1234"
    [ -e ${folder}/overtaken ] && echo "${FOREIGN}" > ${folder}/pushed || true ;;
esac`,
    )
    // Signed is what the test says is signed, by this workflow at this commit.
    fake(
      'gh',
      `echo "$*" >> ${folder}/verified
grep --quiet --line-regexp --fixed-strings "\${3##*@}" ${folder}/signed`,
    )
    const registry = (digest: string) => writeFileSync(join(folder, 'pushed'), `${digest}\n`)
    const signed = (digest: string) => writeFileSync(join(folder, 'signed'), `${digest}\n`)
    const output = join(folder, 'output')
    const env = {
      PATH: `${bin}:${process.env.PATH}`,
      IMAGE: 'ghcr.io/assay-ml/assay-bot',
      DOCKERFILE: 'deploy/bot/Dockerfile',
      GITHUB_ACTOR: 'x',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'assay-ml/assay',
      GITHUB_OUTPUT: output,
      GH_TOKEN: 'secret-token',
    }
    const push = () => execFileSync('bash', ['-eo', 'pipefail', '-c', run], { env, encoding: 'utf8' })
    const printed = push()
    const calls = () => read(join(folder, 'calls')).trim().split('\n')
    const builds = calls().filter(line => line.startsWith('build '))
    expect(builds).toHaveLength(1)
    for (const line of stages[0]!) {
      const [, name, image = ''] = /^ARG (\w+)=([^@]+)/.exec(line)!
      expect(builds[0]).toMatch(
        new RegExp(`--build-arg ${name}=${image.replaceAll('.', '\\.')}@sha256:[0-9a-f]{64} `),
      )
    }
    expect(read(output)).toMatch(/^digest=sha256:[0-9a-f]{64}\n$/)
    expect(printed + calls().join('\n')).not.toContain('secret-token')
    const built = () => calls().filter(line => /^build /.test(line)).length
    const digest = () => read(output).trim().split('\n').at(-1)!.replace('digest=', '')
    // Once more: what this workflow pushed and signed is taken as it is.
    const first = digest()
    signed(first)
    push()
    expect([built(), digest()]).toEqual([1, first])
    expect(read(join(folder, 'verified')).trim()).toBe(
      `attestation verify oci://ghcr.io/assay-ml/assay-bot@${first} --repo assay-ml/assay --source-digest ${'a'.repeat(40)} ` +
        '--signer-workflow assay-ml/assay/.github/workflows/release.yml',
    )
    // Another's image under that name is not: it is built anew.
    registry(FOREIGN)
    push()
    const second = digest()
    expect(built()).toBe(2)
    expect([first, FOREIGN]).not.toContain(second)
    // Nor is it when it comes right after the push: the digest is of what was pushed.
    writeFileSync(join(folder, 'overtaken'), '')
    push()
    expect(built()).toBe(3)
    expect([first, second, FOREIGN]).not.toContain(digest())
  })

  it('is pushed by a job that may write packages and nothing else', () => {
    const { jobs } = parse(read('.github/workflows/release.yml'))
    expect(jobs.image.permissions).toEqual({
      contents: 'read',
      packages: 'write',
      'id-token': 'write',
      attestations: 'write',
    })
    expect(jobs['name-image'].permissions).toEqual({ contents: 'read', packages: 'write' })
    // Each of a Dockerfile of its own, and each is named where the release is told of.
    for (const of of jobs.image.strategy.matrix.of) {
      expect(read(`deploy/${of}/Dockerfile`)).toContain(`assay-${of}:v0`)
      expect(jobs.image.outputs[of]).toBe(`\${{ steps.name.outputs.${of} }}`)
      expect(Object.values(jobs.publish.steps.at(-1).env)).toContain(`\${{ needs.image.outputs.${of} }}`)
    }
    expect(jobs['name-image'].strategy).toEqual(jobs.image.strategy)
    expect(jobs.publish.permissions).toEqual({ contents: 'write' })
    expect(JSON.parse(read('renovate.json'))).toMatchObject({ pinDigests: true })
  })

  it('is sent the files of the images and no others: no secrets that lie about', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
    expect(rules[0]).toBe('*')
    expect(
      rules
        .slice(1)
        .map(rule => rule.replace('!', ''))
        .sort(),
    ).toEqual(['dist/bot.js', 'dist/cli', 'dist/cli.js', 'dist/licenses.txt', 'dist/package.json'])
    for (const rule of rules.slice(1)) expect(statSync(rule.replace('!', '')).size).not.toBe(0)
    expect(read('.gitignore').split('\n')).toContain('assay-bot.env')
  })

  it('runs as the user, and listens at the ports, that the manifests say', () => {
    const { runAsUser, runAsGroup } = deployment.spec.template.spec.securityContext
    expect(stages.at(-1)).toContain(`USER ${runAsUser}:${runAsGroup}`)
    const ports = container.ports.map((port: Json) => port.containerPort)
    expect(stages.at(-1)).toContain(`EXPOSE ${ports.join(' ')}`)
    const env = Object.fromEntries(container.env.map((one: Json) => [one.name, one.value]))
    expect(env).toEqual({ PORT: String(ports[0]), METRICS_PORT: String(ports[1]) })
    expect(Object.keys(env).filter(name => !Object.hasOwn(VARIABLES, name))).toEqual([])
  })
})

describe('the bot on Kubernetes', () => {
  it('may do nothing that it does not need', () => {
    const { template } = deployment.spec
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(template.spec.volumes).toBeUndefined()
    expect(container.envFrom).toEqual([{ secretRef: { name: 'assay-bot' } }])
    expect(base.map(one => one.kind)).not.toContain('Secret')
  })

  it('is asked whether it is ready, and has the time that it takes to end', () => {
    expect(deployment.spec.replicas).toBe(2)
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' })
    const { seconds } = container.lifecycle.preStop.sleep
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(25 + seconds)
  })

  it('shows its metrics to those who collect them alone', () => {
    const ports = base
      .filter(one => one.kind === 'Service')
      .map(one => [one.metadata.name, one.spec.ports[0].name])
    expect(ports).toEqual([
      ['assay-bot', 'http'],
      ['assay-bot-metrics', 'metrics'],
    ])
    const { ingress, egress } = only('NetworkPolicy').spec
    expect(ingress.filter((rule: Json) => rule.from === undefined).map((rule: Json) => rule.ports)).toEqual([
      [{ port: 'http' }],
    ])
    expect(egress.flatMap((rule: Json) => rule.ports.map((one: Json) => one.port)).sort()).toEqual([
      443, 53, 53, 8080,
    ])
    expect(egress[1].to[0].ipBlock.except).toContain('169.254.0.0/16')
  })

  const LACKING = missing('kustomize', 'version')
  it.skipIf(LACKING)('is built as docs/bot.md shows it, and every selector finds the pods', () => {
    const [, overlay = ''] = /```yaml\n(# kustomization\.yaml\n[\s\S]*?)```/.exec(read('docs/bot.md'))!
    const { resources } = parse(overlay) as { resources: string[] }
    expect(resources).toEqual(['deploy/bot/base'])
    const at = join(folder, 'overlay')
    mkdirSync(at)
    const there = relative(at, 'deploy/bot/base')
    writeFileSync(join(at, 'kustomization.yaml'), overlay.replace('deploy/bot/base', there))
    const text = execFileSync('kustomize', ['build', at], { encoding: 'utf8' })
    const built: Json[] = parseAllDocuments(text).map(document => document.toJS())

    expect(new Set(built.map(one => one.metadata.namespace))).toEqual(new Set(['assay']))
    const { template, selector } = only('Deployment', built).spec
    expect(template.spec.containers[0].image).toBe('registry.example.com/assay-bot:v0')
    const selectors = [
      selector.matchLabels,
      only('PodDisruptionBudget', built).spec.selector.matchLabels,
      only('NetworkPolicy', built).spec.podSelector.matchLabels,
      ...built.filter(one => one.kind === 'Service').map(one => one.spec.selector),
      ...template.spec.topologySpreadConstraints.map((one: Json) => one.labelSelector.matchLabels),
    ]
    for (const labels of selectors) {
      expect(Object.keys(labels)).not.toEqual([])
      expect(template.metadata.labels).toMatchObject(labels)
    }
  })
})
