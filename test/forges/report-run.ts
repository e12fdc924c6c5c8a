import type { Result } from '../../src/core/verdict/result.ts'
import { openCheck, publishReport } from '../../src/forges/ensure/publish.ts'
import type { Forge, NewCheck } from '../../src/forges/forge.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { type GithubEmulator, REPOSITORY } from '../support/emulator.ts'
import { UNTIMED } from '../support/faults.ts'

export function forgeAs(github: GithubEmulator, token: string): Forge {
  return githubForge(githubClient({ token, apiUrl: github.url, safety: UNTIMED }), REPOSITORY)
}

export const opening = (commit: string): NewCheck => ({
  name: 'assay / late-flights',
  commit,
  externalId: '100.1/late-flights',
  detailsUrl: 'https://github.com/octo/model/actions/runs/100',
  title: 'Training',
  summary: 'has begun',
})

export const output = { title: 'Pass: better than the champion', summary: 'numbers', text: 'more numbers' }

export function resultOf(
  pullRequest: number | undefined,
  order = '100.1',
  changes: Partial<Result> = {},
): Result {
  return {
    version: 1,
    model: 'late-flights',
    state: 'judged',
    verdict: 'pass',
    blocks: false,
    candidate: { source: 'this commit' },
    metrics: [],
    gates: [],
    slices: [],
    warnings: [],
    configuration: { source: 'base', changes: [] },
    run: { order, pullRequest },
    ...changes,
  } as Result
}

/** A whole run of one model: check opened, work, report published. */
export async function report(forge: Forge | undefined, commit: string, result: Result, body = '**Pass**') {
  const check = await openCheck(forge, opening(commit))
  return publishReport(forge, { result, body, check, output })
}
