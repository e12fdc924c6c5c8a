import { expect } from 'vitest'
import { AssayError } from '../../src/core/errors/errors.ts'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import { type BranchRequest, ensureBranch } from '../../src/forges/ensure/branch.ts'
import {
  ensurePullRequest,
  type PullRequestRequest,
  type Seen,
} from '../../src/forges/ensure/pull-request.ts'
import type { PullRequests } from '../../src/forges/pull-requests.ts'
import type { DeployPlace } from './deploy-places.ts'

export const IMAGE = 'apps/churn/production/kustomization.yaml'
export const RECORD = 'apps/churn/production/model-release.yaml'

export const noWait = { wait: async () => {} }

/** A promotion of a version as the command will ask for it. */
export function branchRequest(
  repository: DeployRepository,
  place: DeployPlace,
  version: number,
): BranchRequest {
  return {
    branch: branchOf(place),
    base: place.base,
    async edit(base) {
      const image = (await repository.readFiles(base.commit, [IMAGE, RECORD])).get(IMAGE) ?? ''
      const files = [
        { path: IMAGE, content: image.replace(/newTag: "\d+"/, `newTag: "${version}"`) },
        { path: RECORD, content: `version: ${version}\n` },
      ]
      return { files, message: `Promote churn ${version}\n\nAssay-Release: ${version}` }
    },
    replaces: message => version >= Number(/^Assay-Release: (\d+)$/m.exec(message)?.[1] ?? 0),
  }
}

export function pullRequest(
  repository: DeployRepository,
  place: DeployPlace,
  version: number,
): PullRequestRequest {
  return {
    ...branchRequest(repository, place, version),
    render: ({ commit }) => ({
      title: `churn ${version} → production`,
      body: `Release ${version} in ${commit}\n\n| a | b |\r\n`,
    }),
    labels: ['promotion'],
    reviewers: ['maintainer'],
    proposed: ({ body }) => body.startsWith(`Release ${version} `),
  }
}

export const branchOf = (place: DeployPlace) => `assay/${place.base}`

/** One run of the command on a forge with pull requests. */
export async function promote(place: DeployPlace, version: number, seen?: Seen) {
  const repository = await place.connect()
  const pullRequests = repository.pullRequests as PullRequests
  const request = pullRequest(repository, place, version)
  return ensurePullRequest({ repository, pullRequests }, request, { ...noWait, ...(seen && { seen }) })
}

/** One run of the command on plain git. */
export async function propose(place: DeployPlace, version: number, connected?: DeployRepository) {
  const repository = connected ?? (await place.connect())
  return ensureBranch(repository, branchRequest(repository, place, version))
}

/** What a version looks like when it is right: one commit on the base, with these files. */
export async function proposed(place: DeployPlace) {
  const head = await place.head(branchOf(place))
  if (!head) return undefined
  const { parents, message } = await place.commit(head)
  const files = await place.files(head)
  const version = /newTag: "(\d+)" {2}# champion/.exec(files[IMAGE] ?? '')?.[1]
  return {
    version: Number(version),
    record: files[RECORD],
    onBase: parents.length === 1 && parents[0] === (await place.head(place.base)),
    release: Number(/^Assay-Release: (\d+)$/m.exec(message)?.[1]),
    count: Object.keys(files).length,
  }
}

export const right = (version: number) => ({
  version,
  record: `version: ${version}\n`,
  onBase: true,
  release: version,
  count: 5,
})

/** What a pull request is given where its text does not matter. */
export const TEXT = { title: 'x', body: 'y' }

/** Commits a record on a new branch, which a call that failed must not have left. */
export async function write({ place, base }: { place: DeployPlace; base: string }) {
  return (await place.connect()).commitFiles({
    branch: `new/${place.base}`,
    expected: undefined,
    parent: base,
    files: [{ path: RECORD, content: 'version: 9\n' }],
    message: 'x',
  })
}

/** The promotion's pull requests as the forge lists them. */
export async function listed(place: DeployPlace) {
  const repository = await place.connect()
  return (repository.pullRequests as PullRequests).ofBranch(branchOf(place), place.base)
}

/** Runs a promotion that is killed meanwhile. Only labels and reviewers may fail without an error: they are notes. */
export async function dies(promotion: ReturnType<typeof promote>): Promise<boolean> {
  const ended = await promotion.catch((error: unknown) => error)
  return ended instanceof AssayError || (ended as Awaited<typeof promotion>).notes.length > 0
}

/** The pull request of version 3, as it is once a run after a crash has ended. */
export function healedPull(healed: { commit?: string }) {
  return {
    title: 'churn 3 → production',
    body: expect.stringContaining(healed.commit!),
    labels: ['promotion'],
    reviewers: ['maintainer'],
  }
}
