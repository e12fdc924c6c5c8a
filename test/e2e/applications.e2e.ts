import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ask, assay, release, verify } from './assay.ts'
import { ARGOCD, apply, kubectl } from './cluster.ts'
import { commitToDeploy, readDeploy } from './repositories.ts'

/** Where the application is, or is not; of a model whose application nobody has made yet. */

const cluster = inject('cluster')
const repositories = inject('repositories')
const SETTINGS = 'assay-deploy.yml'
let before = ''

function configure(change: (line: string) => string): void {
  commitToDeploy(repositories, 'Where Argo CD is', { [SETTINGS]: before.replace(/^argocd: .*$/m, change) })
}

beforeAll(() => {
  before = readDeploy(repositories, SETTINGS)
})
afterAll(() => {
  if (readDeploy(repositories, SETTINGS) !== before)
    commitToDeploy(repositories, 'As it was', { [SETTINGS]: before })
})

describe('an application that is missing', () => {
  it('is said at once where nobody wants to wait, and where promotions wait for it', async () => {
    const released = await release('guest', '5e', 's3://models/guest/1')
    expect(released.text).toMatch(
      /guest in production: .*health not known in staging: .*guest-staging.* not found/,
    )
    const told = await ask('guest', 'staging')

    expect(told.text).toContain('404')
    expect(told.text).toContain('#argocd_not_found')
    expect(told.code).toBe(2)
  })
})

describe('an application in a namespace of its own', () => {
  it('is found by its namespace, with the rights that its project has', async () => {
    kubectl(cluster, [
      'patch',
      'appproject',
      'ml',
      '--type=merge',
      '-p',
      '{"spec":{"sourceNamespaces":["team-ml"]}}',
    ])
    apply(cluster, [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'guest-staging', namespace: 'team-ml' },
        spec: {
          project: 'ml',
          source: {
            repoURL: repositories.deployUrl,
            targetRevision: 'main',
            path: 'apps/guest/overlays/staging',
          },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'ml-staging' },
          syncPolicy: { automated: { prune: true }, syncOptions: ['CreateNamespace=true'] },
        },
      },
    ])
    configure(line => line.replace(' }', ", application: 'team-ml/{model}-{environment}' }"))

    expect((await verify('guest', 'staging')).text).toContain('in staging: live')
  })
})

describe('a server whose certificate', () => {
  const server = { ARGOCD_SERVER: 'https://localhost:18443' }
  const serving = createServer(
    {
      key: readFileSync(join(cluster.folder, 'pki/other.key')),
      cert: readFileSync(join(cluster.folder, 'pki/other.crt')),
    },
    (incoming, outgoing) => {
      const { method, headers, url } = incoming
      const through = request(`${ARGOCD}${url}`, { method, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      incoming.pipe(through)
    },
  )
  beforeAll(async () => {
    await new Promise<void>(resolve => serving.listen(18443, '127.0.0.1', resolve))
    configure(line => line.replace(ARGOCD, server.ARGOCD_SERVER))
  })
  afterAll(() => {
    serving.closeAllConnections()
    serving.close()
  })

  it('is for another name is told so', async () => {
    const known = { NODE_EXTRA_CA_CERTS: join(cluster.folder, 'pki/other.crt') }

    const told = await assay(['verify', 'guest', '--environment', 'staging', '--no-wait'], {
      ...server,
      ...known,
    })

    expect(told.text).toContain(
      'the certificate of localhost:18443 is for another name: ERR_TLS_CERT_ALTNAME_INVALID',
    )
    expect(told.text).toContain('Write the name that the certificate has')
    expect(told.text).not.toContain('NODE_EXTRA_CA_CERTS')
    expect(told.code).toBe(2)
  })

  it('is of nobody known is told so', async () => {
    const told = await assay(['verify', 'guest', '--environment', 'staging', '--no-wait'], server)

    expect(told.text).toMatch(/the certificate of localhost:18443 is not trusted: \w*SELF_SIGNED/)
    expect(told.text).toContain('NODE_EXTRA_CA_CERTS')
  })
})

describe('a token without rights', () => {
  it('is told what it needs', async () => {
    configure(line => line)

    const told = await assay(['verify', 'guest', '--environment', 'staging', '--no-wait'], {
      ARGOCD_AUTH_TOKEN: 'x.y.z',
    })

    expect(told.text).toContain('#argocd_unauthorized')
    expect(told.code).toBe(2)
  })
})
