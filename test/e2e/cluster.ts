import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kill, type Program, start, until } from './processes.ts'

/**
 * A Kubernetes API server with its controllers, and Argo CD, on loopback. There are no nodes: `pods.ts` plays scheduler and
 * kubelet. Everything lies in one folder; ports are fixed, since the run has a network of its own.
 */
export interface Cluster {
  folder: string
  /** Where `build.sh` has put the programs, Argo CD's own manifests and the definitions of custom resources. */
  cache: string
}

export const API = { url: 'https://127.0.0.1:16443', token: 'e2e-admin' }
export const ARGOCD = 'http://127.0.0.1:18080'
/** Applications are allowed in namespaces with such names beside Argo CD's own. */
export const TEAM_NAMESPACES = 'team-*'

/** Without a cluster that answers there are no tests: whatever is not up in time ends the run. */
export async function startCluster(cluster: Cluster): Promise<void> {
  const { folder, cache } = cluster
  for (const name of ['pki', 'tls', 'ssh', 'gpg', 'plugins', 'tmp']) mkdirSync(join(folder, name))
  makeKeys(join(folder, 'pki'))
  writeFileSync(join(folder, 'kubeconfig'), KUBECONFIG)
  for (const name of ['etcd', 'kube-apiserver']) start(folder, programOf(cluster, name))
  await until('the API server is ready', () => kubectl(cluster, ['get', '--raw', '/readyz']))
  start(folder, programOf(cluster, 'kube-controller-manager'))
  for (const name of ['argocd', 'team-ml']) kubectl(cluster, ['create', 'namespace', name])
  for (const folder of ['manifests', 'definitions'])
    kubectl(cluster, ['apply', '--server-side', '-n', 'argocd', '-f', join(cache, folder)])
  // One that the API server has not looked at yet has no conditions, for which `wait` does not wait.
  await until('the definitions are known', () =>
    kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=10s', 'crd', '--all']),
  )
  for (const name of [
    'redis',
    'argocd-repo-server',
    CONTROLLER,
    'argocd-server',
    'argocd-applicationset-controller',
  ])
    start(folder, programOf(cluster, name))
  await until('Argo CD answers', async () => {
    const answer = await fetch(`${ARGOCD}/api/version`)
    if (!answer.ok) throw new Error(String(answer.status))
  })
}

/** The application controller is what looks at git and the cluster. */
export async function killController({ folder }: Cluster): Promise<void> {
  await kill(folder, CONTROLLER)
}

export function startController(cluster: Cluster): void {
  start(cluster.folder, programOf(cluster, CONTROLLER))
}

export async function endCluster({ folder }: Cluster): Promise<void> {
  for (const name of readdirSync(folder))
    if (name.endsWith('.pid')) await kill(folder, name.replace('.pid', ''))
}

/** What kubectl prints. */
export function kubectl({ folder }: Cluster, parameters: string[], input?: string): string {
  const where = ['--kubeconfig', join(folder, 'kubeconfig'), '--cache-dir', join(folder, 'tmp', 'kube')]
  return execFileSync('kubectl', [...where, ...parameters], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input !== undefined && { input }),
  })
}

/** Objects as YAML or as they are; what another manager has written beside them stays. */
export function apply(cluster: Cluster, objects: string | readonly object[], manager = 'e2e'): void {
  const text =
    typeof objects === 'string' ? objects : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  kubectl(
    cluster,
    ['apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', '-'],
    text,
  )
}

// --- internal ---

const CONTROLLER = 'argocd-application-controller'

const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'e2e', cluster: { server: API.url, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'admin', user: { token: API.token } }],
  contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'admin', namespace: 'argocd' } }],
  'current-context': 'e2e',
})

function makeKeys(folder: string): void {
  const openssl = (...parameters: string[]) =>
    execFileSync('openssl', parameters, { stdio: 'ignore', cwd: folder })
  openssl('genrsa', '-out', 'sa.key', '2048')
  openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub')
  for (const [name, host] of [
    ['tls', 'localhost'],
    ['other', 'argocd.elsewhere.example'],
  ] as const)
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${host}`,
      '-addext',
      `subjectAltName=DNS:${host}${name === 'tls' ? ',IP:127.0.0.1' : ''}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    )
  writeFileSync(join(folder, 'tokens.csv'), `${API.token},admin,admin,system:masters\n`)
}

function programOf({ folder, cache }: Cluster, name: string): Program {
  const pki = (file: string) => join(folder, 'pki', file)
  const kubeconfig = join(folder, 'kubeconfig')
  switch (name) {
    case 'etcd':
      return {
        name,
        command: name,
        parameters: flags({
          'data-dir': join(folder, 'etcd'),
          'listen-client-urls': ETCD,
          'advertise-client-urls': ETCD,
          'listen-peer-urls': ETCD_PEER,
          'initial-advertise-peer-urls': ETCD_PEER,
          'initial-cluster': `default=${ETCD_PEER}`,
          'unsafe-no-fsync': 'true',
        }),
      }
    case 'kube-apiserver':
      return {
        name,
        command: name,
        parameters: flags({
          'etcd-servers': ETCD,
          'bind-address': '127.0.0.1',
          'secure-port': '16443',
          'advertise-address': '127.0.0.1',
          'endpoint-reconciler-type': 'none',
          'cert-dir': pki('api'),
          'tls-cert-file': pki('tls.crt'),
          'tls-private-key-file': pki('tls.key'),
          'token-auth-file': pki('tokens.csv'),
          'authorization-mode': 'AlwaysAllow',
          'service-cluster-ip-range': '10.96.0.0/16',
          'service-account-issuer': 'https://kubernetes.default.svc',
          'service-account-key-file': pki('sa.pub'),
          'service-account-signing-key-file': pki('sa.key'),
          'disable-admission-plugins': 'ServiceAccount,TaintNodesByCondition,DefaultTolerationSeconds',
          'allow-privileged': 'true',
        }),
      }
    case 'kube-controller-manager':
      return {
        name,
        command: name,
        parameters: flags({
          kubeconfig,
          'bind-address': '127.0.0.1',
          'secure-port': '16444',
          'leader-elect': 'false',
          'cert-dir': pki('kcm'),
          'service-account-private-key-file': pki('sa.key'),
          controllers: CONTROLLERS.join(),
        }),
      }
    case 'redis':
      return {
        name,
        command: 'redis-server',
        parameters: [
          ...flags({ bind: '127.0.0.1', port: '16379', appendonly: 'no', dir: folder }, ' '),
          '--save',
          '',
        ],
      }
    default:
      return argocdProgram(name, { folder, cache }, kubeconfig)
  }
}

const ETCD = 'http://127.0.0.1:23790'
const ETCD_PEER = 'http://127.0.0.1:23800'
const CONTROLLERS = [
  'deployment',
  'disruption',
  'replicaset',
  'statefulset',
  'daemonset',
  'job',
  'cronjob',
  'namespace',
  'garbage-collector',
  'serviceaccount',
].map(one => `${one}-controller`)

function argocdProgram(name: string, { folder }: Cluster, kubeconfig: string): Program {
  const redis = '127.0.0.1:16379'
  const repo = '127.0.0.1:18081'
  const client = {
    kubeconfig,
    namespace: 'argocd',
    redis,
    'repo-server': repo,
    'repo-server-plaintext': 'true',
    'application-namespaces': TEAM_NAMESPACES,
  }
  const parameters: Record<string, Record<string, string>> = {
    'argocd-repo-server': {
      address: '127.0.0.1',
      port: '18081',
      'metrics-address': '127.0.0.1',
      'metrics-port': '18084',
      redis,
      'disable-tls': 'true',
      'revision-cache-expiration': '3s',
    },
    'argocd-application-controller': { ...client, 'metrics-port': '18082' },
    'argocd-server': {
      ...client,
      address: '127.0.0.1',
      port: '18080',
      'metrics-address': '127.0.0.1',
      'metrics-port': '18083',
      insecure: 'true',
    },
    'argocd-applicationset-controller': {
      kubeconfig,
      namespace: 'argocd',
      'argocd-repo-server': repo,
      'repo-server-plaintext': 'true',
      'metrics-addr': '127.0.0.1:12345',
      'probe-addr': '127.0.0.1:12346',
      'webhook-addr': '127.0.0.1:7001',
    },
  }
  return {
    name,
    command: 'argocd',
    parameters: flags(parameters[name]!),
    env: {
      ARGOCD_BINARY_NAME: name,
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_TLS_DATA_PATH: join(folder, 'tls'),
      ARGOCD_SSH_DATA_PATH: join(folder, 'ssh'),
      ARGOCD_GNUPGHOME: join(folder, 'gpg'),
      ARGOCD_GPG_DATA_PATH: join(folder, 'gpg'),
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_PLUGINSOCKFILEPATH: join(folder, 'plugins'),
      // Soon after a push, as with a webhook.
      ARGOCD_RECONCILIATION_TIMEOUT: '5s',
      ARGOCD_RECONCILIATION_JITTER: '0',
      KUBECONFIG: kubeconfig,
      HOSTNAME: 'argocd-0',
      TMPDIR: join(folder, 'tmp'),
      HOME: join(folder, 'tmp'),
    },
  }
}

function flags(values: Record<string, string>, between = '='): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    between === '=' ? [`--${name}=${value}`] : [`--${name}`, value],
  )
}
