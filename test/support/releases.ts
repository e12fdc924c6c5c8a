import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { releaseFrom } from '../../src/core/release/release-from.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { CANDIDATE_COMMIT, result } from './results.ts'

/** Releases for the tests of promotions: `release(1)` is older than `release(2)`. */

export const DIGEST = `sha256:${'1f'.repeat(32)}`

/** The release of a plausible pull request, in which `change` replaces what it names. */
export function releaseOf(change: Partial<Result> = {}, facts: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    ...releaseFrom(result(change), {
      commit: CANDIDATE_COMMIT,
      committed: '2026-05-18T09:12:00Z',
      subject: 'Weather of the arrival airport as features',
      repository: 'https://forge.example/acme/late-flights',
      created: '2026-05-18T10:00:00Z',
      by: 'ada',
      image: { name: 'registry.example/acme/late-flights', digest: DIGEST, tag: 'b491386' },
      parameters: { learning_rate: 0.05, max_depth: 6, objective: 'binary', early_stopping: true },
    }),
    ...facts,
  }
}

/** The `number`th release of a model, one a day. */
export function release(number: number, model = 'churn', change: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const commit = number.toString(16).padStart(40, '0')
  const day = new Date(Date.UTC(2026, 4, number)).toISOString().slice(0, 10)
  const { image, ...base } = releaseOf()
  return {
    ...base,
    model,
    commit,
    version: `${day}-${commit.slice(-7)}`,
    committed: `${day}T08:00:00Z`,
    created: `${day}T09:00:00Z`,
    image: { name: 'registry.example/acme/churn', digest: `sha256:${commit.padStart(64, '0')}` },
    verdict: 'pass',
    ...change,
  }
}
