import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startGitServer } from '../support/git-server.ts'
import { addApplications, giveAccess, type Tokens } from './argocd.ts'
import { API, endCluster, startCluster } from './cluster.ts'
import { playPods } from './pods.ts'
import { makeRepositories, type Repositories } from './repositories.ts'

declare module 'vitest' {
  interface ProvidedContext {
    cluster: { folder: string; cache: string }
    repositories: Repositories
    /** Of an account that may read the applications of the project, and of the admin. */
    tokens: Tokens
  }
}

/** The one cluster of a run, and a git server; both are gone when it is over, also where they did not come up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { ASSAY_TESTS_TMP: tmp, ASSAY_E2E_CACHE: cache } = process.env
  if (!tmp || !cache) throw new Error('Run it with `npm run e2e`: it builds the cluster and shuts it in')
  const cluster = { folder: join(tmp, 'cluster'), cache }
  const served = join(tmp, 'git')
  for (const folder of [cluster.folder, served]) mkdirSync(folder)
  const git = await startGitServer(served)
  let stopPods: (() => Promise<void>) | undefined
  const end = async () => {
    await stopPods?.()
    await endCluster(cluster)
    await git.close()
  }
  try {
    await startCluster(cluster)
    stopPods = playPods(API)
    const made = makeRepositories(tmp, { folder: served, url: git.url('').replace(/\/$/, '') })
    project.provide('cluster', cluster)
    project.provide('repositories', made)
    project.provide('tokens', await giveAccess(cluster))
    addApplications(cluster, made)
  } catch (error) {
    await end()
    throw error
  }
  return end
}
