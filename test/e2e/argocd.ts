import { readFileSync } from 'node:fs'
import { ARGOCD, apply, type Cluster, kubectl } from './cluster.ts'
import { until } from './processes.ts'
import type { Repositories } from './repositories.ts'

/** Argo CD as `examples/deploy-repo/argocd` sets it up, byte for byte but for the address of the repository. */

export interface Tokens {
  assay: string
  admin: string
}

/** The account of `access.yaml`, and its token as `argocd account generate-token` makes it. */
export async function giveAccess(cluster: Cluster): Promise<Tokens> {
  apply(cluster, example('access.yaml'), 'assay')
  const secret = 'jsonpath={.data.password}'
  const read = () => kubectl(cluster, ['get', 'secret', 'argocd-initial-admin-secret', '-o', secret])
  const password = Buffer.from(await until('the password is made', read), 'base64').toString()
  const admin = await until('the admin is let in', () =>
    call<{ token: string }>('POST', '/api/v1/session', undefined, { username: 'admin', password }),
  )
  const assay = await until('the account is there', () =>
    call<{ token: string }>('POST', '/api/v1/account/assay/token', admin.token, {}),
  )
  return { admin: admin.token, assay: assay.token }
}

/**
 * `project.yaml` and `applications.yaml`. Two things only are not as shown there: applications of `guest` are made by a test, and a
 * sync that fails is tried once more, not five times, since that takes minutes.
 */
export function addApplications(cluster: Cluster, { deployUrl }: Repositories): void {
  const here = (text: string) =>
    text
      .replaceAll('https://github.com/acme/deploy', deployUrl)
      .replace('directories:\n', 'directories:\n          - { path: apps/guest/overlays/*, exclude: true }\n')
      .replaceAll(
        '      syncPolicy:\n',
        '      syncPolicy:\n        retry: { limit: 1, backoff: { duration: 20s } }\n',
      )
  apply(cluster, here(example('project.yaml')))
  apply(cluster, here(example('applications.yaml')))
}

/** Has it looked at, as the webhook of a repository does after a push: by itself Argo CD takes its time. */
export function lookAgain(cluster: Cluster, name: string): void {
  kubectl(cluster, ['annotate', '--overwrite', 'application', name, 'argocd.argoproj.io/refresh=normal'])
}

/** The application as it is in the cluster. */
// biome-ignore lint/suspicious/noExplicitAny: an object of Kubernetes
export function readApplication(cluster: Cluster, name: string): any {
  return JSON.parse(kubectl(cluster, ['get', 'application', name, '-o', 'json']))
}

/** A sync by hand, with prune, as the button does it. */
export async function syncByHand(name: string, { admin }: Tokens): Promise<void> {
  await until('a sync is taken', () =>
    call('POST', `/api/v1/applications/${name}/sync`, admin, { prune: true }),
  )
}

// --- internal ---

function example(name: string): string {
  return readFileSync(`examples/deploy-repo/argocd/${name}`, 'utf8')
}

async function call<T>(method: string, path: string, token: string | undefined, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${ARGOCD}${path}`, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
