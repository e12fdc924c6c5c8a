import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../src/forges/github/deploy-repository.ts'
import type { PullRequests } from '../../src/forges/pull-requests.ts'
import { deployFiles } from '../commands/deploys.ts'
import { type DeployPlace, githubPlace, plainPlace } from '../forges/deploy-places.ts'
import { type GithubEmulator, personToken, REPOSITORY } from '../support/emulator.ts'
import { type Gate, openGate } from '../support/gate.ts'
import type { GitServer } from '../support/git-server.ts'
import { type ReleaseJob, releaseJob } from './release-job.ts'

/** A deploy repository of one round behind a gate, and the real CLI that releases into it. */
export interface Round {
  place: DeployPlace
  gate: Gate
  job: ReleaseJob
  /** Branches of the promotions. */
  staging: string
  production: string
  /** On GitHub. */
  pulls: PullRequests
}

export interface Ground {
  folder: string
  opened: { close(): Promise<void> }[]
}

const CONFIG = (production: boolean) => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
labels: [promotion]
reviewers: [maintainer]
environments:
  staging: { merge: auto }
${production ? '  production: { after: staging }\n' : ''}`

let count = 0

export async function githubRound(
  { folder, opened }: Ground,
  github: GithubEmulator,
  { production = false, releases = 2 } = {},
): Promise<Round> {
  const model = `round-${++count}`
  const place = await githubPlace(github, filesOf(model, production))
  const gate = await openGate(() => github.url)
  opened.push(gate)
  const token = personToken(count)
  const env = { GITHUB_API_URL: gate.url, ASSAY_DEPLOY_TOKEN: token }
  const deploy = { repository: REPOSITORY, branch: place.base, env }
  const { pullRequests } = githubDeployRepository(githubClient({ token, apiUrl: github.url }), REPOSITORY)
  const job = releaseJob(join(folder, model), model, deploy, releases)
  return { place, gate, job, ...branches(model), pulls: pullRequests! }
}

export async function gitRound(
  { folder, opened }: Ground,
  server: GitServer,
  { releases = 2 } = {},
): Promise<Omit<Round, 'pulls'>> {
  const model = `round-${++count}`
  const place = await plainPlace(server, folder, { files: filesOf(model, true), opened })
  const gate = await openGate(() => server.url(''))
  opened.push(gate)
  // What a killed run leaves behind goes with the folder of the test.
  const TMPDIR = join(folder, 'tmp')
  mkdirSync(TMPDIR, { recursive: true })
  const deploy = { repository: `${gate.url}/${place.repository}`, branch: 'main', env: { TMPDIR } }
  return { place, gate, job: releaseJob(join(folder, model), model, deploy, releases), ...branches(model) }
}

/** Starts a run and kills it (SIGKILL) where it stands at a request. */
export async function kill(
  gate: Gate,
  start: () => ReturnType<ReleaseJob['release']>,
  at: { request: RegExp; when: 'before' | 'after'; nth?: number },
): Promise<void> {
  const reached = gate.stall(at.request, at.when, at.nth)
  const { child, ended } = start()
  const early = await Promise.race([reached.then(() => undefined), ended])
  if (early) throw new Error(`it ended before ${at.request}: ${early.stdout}${early.stderr}`)
  process.kill(child.pid!, 'SIGKILL')
  await ended
  gate.open()
}

/** Commits of the base after the first, oldest first: each is a merge or what landed. */
export async function landed(place: DeployPlace): Promise<string[]> {
  const commits: string[] = []
  for (let at = (await place.head(place.base))!; ; ) {
    const { parents } = await place.commit(at)
    if (parents.length === 0) return commits
    commits.unshift(at)
    at = parents[0]!
  }
}

/** That a commit holds one release, record and manifest alike, byte for byte, and which. */
export async function releaseAt(
  { place, job }: Pick<Round, 'place' | 'job'>,
  commit: string,
  environment = 'staging',
): Promise<string> {
  const files = await place.files(commit)
  const folder = `apps/${job.model}/overlays/${environment}`
  const record = files[`${folder}/model-release.yaml`] ?? ''
  const [, version = ''] = /^version: "(.*)"$/m.exec(record) ?? []
  const digest = job.digest(Number(version.slice(1)))
  const before = String(filesOf(job.model, true)[`${folder}/kustomization.yaml`])
  expect(record).toContain(digest)
  expect(files[`${folder}/kustomization.yaml`]).toBe(before.replace(/sha256:0+/, digest))
  return version
}

// --- internal ---

function filesOf(model: string, production: boolean) {
  return deployFiles(model, CONFIG(production), production ? ['staging', 'production'] : ['staging'])
}

function branches(model: string) {
  return { staging: `assay/promote/staging/${model}`, production: `assay/promote/production/${model}` }
}
