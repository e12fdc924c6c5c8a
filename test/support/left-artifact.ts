import type { Artifact, CiRun, CiRuns } from '../../src/forges/ci-runs.ts'
import { CANDIDATE_COMMIT } from './results.ts'

/** A run of a fork's pull request that has ended. */
export const FORK_RUN: CiRun = {
  id: 1,
  attempt: 1,
  url: 'https://forge.example/runs/1',
  attemptUrl: 'https://forge.example/runs/1/attempts/1',
  ended: true,
  event: 'pull_request',
  headSha: CANDIDATE_COMMIT,
  head: 'eve:main',
  branch: 'main',
  fromFork: true,
  startedAt: 1000,
}

/** A forge with one artifact of that run. */
export function leaving(bytes: Uint8Array, more: Partial<Artifact> = {}): CiRuns {
  return {
    run: async () => FORK_RUN,
    ended: async () => [FORK_RUN],
    ofHead: async () => [FORK_RUN],
    artifacts: async () => [
      {
        id: 7,
        name: 'assay-result',
        bytes: bytes.length,
        expired: false,
        createdAt: 1000,
        run: 1,
        headSha: CANDIDATE_COMMIT,
        ...more,
      },
    ],
    download: async () => bytes,
  }
}
